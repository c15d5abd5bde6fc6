import type { ResultRow } from '@savepoint/sqlite'

/** A page takes 5 to 9 µs to read a row from a message: some 8 ms for so many, in which it can do nothing else. */
export const SLICE_ROWS_MAX = 1000

/**
 * New rows out of old ones: runs of rows that are kept, by their place and number in the old ones, rows that are new, and how many
 * of the new rows that were sent ahead (see {@link sendAhead}).
 */
export type RowsDiff = readonly (
  | readonly [from: number, count: number]
  | { readonly rows: readonly ResultRow[] }
  | { readonly ahead: number }
)[]

/** Rows that did not change are the same objects in both, as live queries give them. */
export function diffRows(before: readonly ResultRow[], after: readonly ResultRow[]): RowsDiff {
  const most = Math.min(before.length, after.length)
  let start = 0
  while (start < most && before[start] === after[start]) start++
  let end = 0
  while (end < most - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end++
  const diff: RowsDiff[number][] = []
  if (start > 0) diff.push([0, start])
  diff.push(...diffMiddle(before, after, start, end))
  if (end > 0) diff.push([before.length - end, end])
  return diff
}

/** What is left when the rows at both ends that are the same are put aside. */
function diffMiddle(before: readonly ResultRow[], after: readonly ResultRow[], start: number, end: number): RowsDiff {
  const places = new Map<ResultRow, number>()
  for (let i = start; i < before.length - end; i++) places.set(before[i] as ResultRow, i)
  const diff: ([number, number] | { rows: ResultRow[] })[] = []
  for (let i = start; i < after.length - end; i++) {
    const row = after[i] as ResultRow
    const last = diff.at(-1)
    const next = Array.isArray(last) ? last[0] + last[1] : undefined
    if (next !== undefined && Array.isArray(last) && before[next] === row) last[1]++
    else {
      const place = places.get(row)
      if (place !== undefined) diff.push([place, 1])
      else if (last !== undefined && !Array.isArray(last)) last.rows.push(row)
      else diff.push({ rows: [row] })
    }
  }
  return diff
}

/** The diff without long runs of new rows: `send` gets these in slices, in their order, each to be a message of its own. */
export function sendAhead(diff: RowsDiff, send: (slice: readonly ResultRow[]) => void): RowsDiff {
  return diff.map((part) => {
    if (!('rows' in part) || part.rows.length <= SLICE_ROWS_MAX) return part
    for (let at = 0; at < part.rows.length; at += SLICE_ROWS_MAX) send(part.rows.slice(at, at + SLICE_ROWS_MAX))
    return { ahead: part.rows.length }
  })
}

/** The rows after a diff, and after those that came ahead of it; those that are kept are the objects that they were. */
export function patchRows(before: readonly ResultRow[], diff: RowsDiff, ahead: readonly ResultRow[] = []): readonly ResultRow[] {
  const after: ResultRow[] = []
  let taken = 0
  const append = (rows: readonly ResultRow[], from: number, count: number) => {
    for (let i = from; i < from + count; i++) after.push(rows[i] as ResultRow)
  }
  for (const part of diff) {
    if ('rows' in part) append(part.rows, 0, part.rows.length)
    else if ('ahead' in part) {
      append(ahead, taken, part.ahead)
      taken += part.ahead
    } else append(before, ...part)
  }
  return after
}
