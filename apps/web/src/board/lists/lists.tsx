import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import { useMutator, useQuery } from '../board-client.ts'
import { useAnnounce } from '../parts/announcer.tsx'
import { Icon } from '../parts/icon.tsx'
import { arrange, type ListItem, type Move, moveByKey } from './arrange.ts'
import { ListColumn } from './list-column.tsx'
import { NewList } from './new-list.tsx'
import { useDrag } from './use-drag.ts'
import './lists.css'

export interface List {
  readonly id: string
  readonly title: string
}

const LISTS = 'SELECT id, title FROM lists ORDER BY title COLLATE NOCASE, id'
const ITEMS = 'SELECT id, list, title FROM items ORDER BY list, position'

/** Lists whose order everyone shares. */
export function Lists(): ReactNode {
  const { rows: lists } = useQuery<List>(LISTS)
  const { rows: items } = useQuery<ListItem>(ITEMS)
  const [moveItem] = useMutator('moveItem')
  const announce = useAnnounce()
  /** Shown until the rows show it, so that nothing jumps back in between. */
  const [dropped, setDropped] = useState<{ readonly move: Move; readonly on: readonly ListItem[] }>()
  const board = useRef<HTMLElement>(null)
  /** The item whose handle has the focus, which goes with it to where it is drawn anew. */
  const held = useRef<string>(undefined)
  const ids = lists.map(({ id }) => id)
  const arranged = arrange(ids, items, dropped?.on === items ? dropped.move : undefined)

  const move = async (to: Move) => {
    setDropped({ move: to, on: items })
    const list = lists.find(({ id }) => id === to.list)?.title ?? ''
    const moved = items.find(({ id }) => id === to.item)
    const count = arrange(ids, items, to).get(to.list)?.length ?? 0
    const local = await moveItem(to).local
    if (!local.ok) return setDropped(undefined)
    announce(`${moved?.title ?? 'Item'}: ${Math.min(to.to + 1, count)} of ${count} in ${list}`)
  }
  const { drag, grab } = useDrag((to) => {
    const before = arranged.get(to.list)?.findIndex(({ id }) => id === to.item)
    if (before !== to.to) void move(to)
  })
  const keyPressed = (event: KeyboardEvent, item: string) => {
    // Of what is shown: a second key press may come before the rows follow the first.
    const shown = [...arranged].flatMap(([list, own]) => own.map((one) => ({ ...one, list })))
    const to = moveByKey(ids, shown, item, event.key)
    if (to === undefined) return
    event.preventDefault()
    held.current = item
    void move(to)
  }
  useEffect(() => {
    if (held.current === undefined || document.activeElement !== document.body) return
    board.current?.querySelector<HTMLElement>(`[data-item="${CSS.escape(held.current)}"] .grip`)?.focus()
  })
  const ghost = drag && items.find(({ id }) => id === drag.item)
  return (
    <section ref={board} className={`lists${drag ? ' dragging' : ''}`} aria-labelledby="lists">
      <h2 id="lists" tabIndex={-1}>
        Lists
      </h2>
      <p id="grip-help" className="visually-hidden">
        Arrow up and down move the item, left and right take it to another list.
      </p>
      <div className="columns">
        {lists.map((list) => (
          <ListColumn
            key={list.id}
            list={list}
            items={arranged.get(list.id) ?? []}
            dragged={drag?.item}
            dropAt={drag?.over?.list === list.id ? drag.over.to : undefined}
            onGrab={grab}
            onKey={keyPressed}
            onRelease={() => {
              held.current = undefined
            }}
          />
        ))}
        <NewList isFirst={lists.length === 0} />
      </div>
      {drag && ghost && (
        <div className="item ghost" style={{ left: drag.x, top: drag.y, width: drag.width }} aria-hidden="true">
          <Icon name="grip" />
          <span className="title">{ghost.title}</span>
        </div>
      )}
    </section>
  )
}
