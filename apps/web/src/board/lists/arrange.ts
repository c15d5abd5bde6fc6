/** An item as the lists are drawn from it. */
export interface ListItem {
  readonly id: string
  readonly list: string
  readonly title: string
}

/** Where an item is to go: to the place that it then has, counted without it. */
export interface Move {
  readonly item: string
  readonly list: string
  readonly to: number
}

/** The items of each list, in their order, as they are once `move` is done. */
export function arrange<Item extends ListItem>(
  lists: readonly string[],
  items: readonly Item[],
  move?: Move,
): ReadonlyMap<string, readonly Item[]> {
  const arranged = new Map<string, Item[]>(lists.map((list) => [list, []]))
  for (const item of items) if (item.id !== move?.item) arranged.get(item.list)?.push(item)
  const moved = items.find(({ id }) => id === move?.item)
  if (move !== undefined && moved !== undefined) arranged.get(move.list)?.splice(move.to, 0, moved)
  return arranged
}

/** What an arrow key does to an item; undefined if it is at the end already. */
export function moveByKey(lists: readonly string[], items: readonly ListItem[], id: string, key: string): Move | undefined {
  const arranged = arrange(lists, items)
  const column = lists.findIndex((list) => arranged.get(list)?.some((item) => item.id === id))
  const list = lists[column]
  if (list === undefined) return undefined
  const own = arranged.get(list) ?? []
  const place = own.findIndex((item) => item.id === id)
  const within = (to: number): Move | undefined => (to >= 0 && to < own.length && to !== place ? { item: id, list, to } : undefined)
  const across = (other: string | undefined): Move | undefined =>
    other === undefined ? undefined : { item: id, list: other, to: Math.min(place, arranged.get(other)?.length ?? 0) }
  switch (key) {
    case 'ArrowUp':
      return within(place - 1)
    case 'ArrowDown':
      return within(place + 1)
    case 'Home':
      return within(0)
    case 'End':
      return within(own.length - 1)
    case 'ArrowLeft':
      return across(lists[column - 1])
    case 'ArrowRight':
      return across(lists[column + 1])
    default:
      return undefined
  }
}

/**
 * Before which of its neighbours something that is dragged would fall.
 * @param middles of the neighbours, from top to bottom, without what is dragged
 */
export function placeAt(y: number, middles: readonly number[]): number {
  const below = middles.findIndex((middle) => y < middle)
  return below === -1 ? middles.length : below
}
