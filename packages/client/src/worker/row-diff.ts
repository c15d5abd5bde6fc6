import type { ResultRow } from '@savepoint/sqlite'

/** New rows out of old ones: runs of rows that are kept, by their place and number in the old ones, and rows that are new. */
export type RowsDiff = readonly (readonly [from: number, count: number] | { readonly rows: readonly ResultRow[] })[]

/** Rows that did not change are the same objects in both, as live queries give them. */
export function diffRows(before: readonly ResultRow[], after: readonly ResultRow[]): RowsDiff {
  const most = Math.min(before.length, after.length)
  let start = 0
  while (start < most && before[start] === after[start]) start++
  let end = 0
  while (end < most - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end++
  const diff: (readonly [number, number] | { readonly rows: readonly ResultRow[] })[] = []
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

/** The rows after a diff; those that are kept are the objects that they were. */
export function patchRows(before: readonly ResultRow[], diff: RowsDiff): readonly ResultRow[] {
  const after: ResultRow[] = []
  for (const part of diff) {
    if ('rows' in part) for (const row of part.rows) after.push(row)
    else for (let i = part[0]; i < part[0] + part[1]; i++) after.push(before[i] as ResultRow)
  }
  return after
}
