import { type ExactValue, type Patch, type Row, type RowChange, rowKey, sameRow } from '@savepoint/core'
import type { SyncedTable } from '@savepoint/sqlite'
import { keyColumns } from './key-columns.ts'

/** Rows as they came out, or null where they are gone, by table and key. */
type Rows = Map<string, Map<string | number, Row | null>>

/**
 * What a patch holds beside the net effects of these changes. Undefined if it does not hold all of them, row by row, as they are;
 * if it holds nothing else, applying it on top of them would change nothing.
 */
export function besidePredicted(changes: readonly RowChange[], patch: Patch, tables: ReadonlyMap<string, SyncedTable>): Patch | undefined {
  const predicted = netRows(changes)
  let left = 0
  for (const rows of predicted.values()) left += rows.size
  const beside: Patch[number][] = []
  for (const { table, puts, deletes } of patch) {
    const rows = predicted.get(table)
    const pk = keyColumns(table, tables)
    const foreign = { table, puts: [] as Row[], deletes: [] as (readonly ExactValue[])[] }
    for (const row of puts) {
      const expected = rows?.get(rowKey(pk.map((column) => row[column] as ExactValue)))
      if (expected === undefined) foreign.puts.push(row)
      else if (sameOrGone(expected, row)) left--
      else return undefined
    }
    for (const key of deletes) {
      const expected = rows?.get(rowKey(key))
      if (expected === undefined) foreign.deletes.push(key)
      else if (expected === null) left--
      else return undefined
    }
    if (foreign.puts.length > 0 || foreign.deletes.length > 0) beside.push(foreign)
  }
  return left === 0 ? beside : undefined
}

/**
 * Tells of a mutation's changes whether a row that it touched came out otherwise than predicted. `all` are the changes of
 * all mutations that the patch confirms, since the last one to touch a row decides it. With `partial` the patch need not hold
 * all of what happened.
 */
export function surpriseFinder(
  all: readonly RowChange[],
  patch: Patch,
  tables: ReadonlyMap<string, SyncedTable>,
  partial = false,
): (changes: readonly RowChange[]) => boolean {
  const predicted = netRows(all)
  const actual = patchedRows(patch, tables)
  return (changes) =>
    changes.some(({ table, pk }) => {
      const key = rowKey(pk)
      const expected = predicted.get(table)?.get(key)
      const found = actual.get(table)?.get(key)
      if (found === undefined && partial) return false
      // A row that came and went, all within these mutations, is in no patch.
      return expected !== undefined && !sameOrGone(expected, found)
    })
}

function sameOrGone(a: Row | null | undefined, b: Row | null | undefined): boolean {
  if (a === undefined || b === undefined) return false
  return a === null || b === null ? a === b : sameRow(a, b)
}

function netRows(changes: readonly RowChange[]): Rows {
  const net: Rows = new Map()
  const born = new Map<string, Set<string | number>>()
  for (const { table, pk, before, after } of changes) {
    const key = rowKey(pk)
    const rows = entry(net, table, () => new Map<string | number, Row | null>())
    const created = entry(born, table, () => new Set<string | number>())
    if (!rows.has(key) && before === undefined) created.add(key)
    if (after === undefined && created.has(key)) rows.delete(key)
    else rows.set(key, after ?? null)
  }
  return net
}

function patchedRows(patch: Patch, tables: ReadonlyMap<string, SyncedTable>): Rows {
  const patched: Rows = new Map()
  for (const { table, puts, deletes } of patch) {
    const rows = entry(patched, table, () => new Map<string | number, Row | null>())
    const pk = keyColumns(table, tables)
    for (const row of puts) rows.set(rowKey(pk.map((column) => row[column] as ExactValue)), row)
    for (const key of deletes) rows.set(rowKey(key), null)
  }
  return patched
}

function entry<V>(map: Map<string, V>, key: string, create: () => V): V {
  let value = map.get(key)
  if (value === undefined) {
    value = create()
    map.set(key, value)
  }
  return value
}
