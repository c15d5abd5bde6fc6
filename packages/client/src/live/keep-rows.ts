import type { ResultRow } from '@savepoint/sqlite'

/** `after`, with the objects of `before` for rows of the same content; `before` itself if all are. */
export function keepRows(before: readonly ResultRow[], after: readonly ResultRow[]): readonly ResultRow[] {
  // A first result may be long, and telling rows by their content would block the page for no gain.
  if (before.length === 0 && after.length > 0) return after
  const known = new Map(before.map((row) => [contentKey(row), row]))
  const rows = after.map((row) => known.get(contentKey(row)) ?? row)
  return rows.length === before.length && rows.every((row, i) => row === before[i]) ? before : rows
}

/** A text that is the same for rows of the same content only. */
export function contentKey(row: ResultRow): string {
  let key = ''
  for (const column in row) {
    const value = row[column]
    key +=
      value instanceof Uint8Array
        ? `b${value.length}:${value.join()},`
        : typeof value === 'string'
          ? `s${value.length}:${value},`
          : `${typeof value}${value},`
  }
  return key
}
