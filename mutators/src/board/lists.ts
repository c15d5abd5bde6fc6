import type { Tx } from '@savepoint/core'

/** Creates an empty list and returns its id. */
export function createList(tx: Tx, { title }: { title: string }): string {
  const id = tx.id()
  tx.run('INSERT INTO lists (id, title) VALUES (?, ?)', [id, title])
  return id
}

/** Deletes a list and, by cascade, its items. */
export function deleteList(tx: Tx, { list }: { list: string }): void {
  if (tx.run('DELETE FROM lists WHERE id = ?', [list]).changes === 0) tx.reject('unknown-list', `There is no list ${list}`)
}

/** Adds an item at the end of a list and returns its id. */
export function addItem(tx: Tx, { list, title }: { list: string; title: string }): string {
  const id = tx.id()
  tx.run('INSERT INTO items (id, list, position, title) VALUES (?, ?, ?, ?)', [id, list, lengthOf(tx, list), title])
  return id
}

/** Drags an item to a position in its own or another list; beyond the end is the end. */
export function moveItem(tx: Tx, { item, list, to }: { item: string; list: string; to: number }): void {
  if (!Number.isInteger(to)) tx.reject('bad-position', `${to} is not a position in a list`)
  const length = lengthOf(tx, list)
  if (placeOf(tx, item).list !== list) {
    reorder(tx, item, Number.POSITIVE_INFINITY)
    tx.run('UPDATE items SET list = ?, position = ? WHERE id = ?', [list, length, item])
  }
  reorder(tx, item, to)
}

/** Deletes an item; those below it move up. */
export function removeItem(tx: Tx, { item }: { item: string }): void {
  reorder(tx, item, Number.POSITIVE_INFINITY)
  tx.run('DELETE FROM items WHERE id = ?', [item])
}

/**
 * Moves an item within its list, and those in between by one. UNIQUE is checked row by row, so the rows go to their new places by
 * way of negative numbers, where nothing is in their way.
 */
function reorder(tx: Tx, item: string, target: number): void {
  const { list, position: from } = placeOf(tx, item)
  const to = Math.max(0, Math.min(target, lengthOf(tx, list) - 1))
  tx.run(
    `UPDATE items
     SET position = -1 - CASE WHEN id = $item THEN $to WHEN $from < $to THEN position - 1 ELSE position + 1 END
     WHERE list = $list AND position BETWEEN min($from, $to) AND max($from, $to)`,
    { item, list, from, to },
  )
  tx.run('UPDATE items SET position = -1 - position WHERE list = ? AND position < 0', [list])
}

function placeOf(tx: Tx, item: string): { list: string; position: number } {
  const place = tx.get<{ list: string; position: number }>('SELECT list, position FROM items WHERE id = ?', [item])
  return place ?? tx.reject('unknown-item', `There is no item ${item}`)
}

function lengthOf(tx: Tx, list: string): number {
  const row = tx.get<{ length: number }>('SELECT (SELECT count(*) FROM items WHERE list = lists.id) AS length FROM lists WHERE id = ?', [
    list,
  ])
  return row?.length ?? tx.reject('unknown-list', `There is no list ${list}`)
}
