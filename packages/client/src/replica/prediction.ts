import { type ExactValue, type Patch, type Row, type RowChange, rowKey, sameRow } from '@savepoint/core'
import type { SyncedTable } from '@savepoint/sqlite'

/** Net effects of one or more runs, by table and key: the row as it came out, or null if it is gone. */
type Effects = Map<string, Map<string | number, Row | null>>

/**
 * True if the patch holds just the net effects of these changes, row by row: applying it on top of them would change
 * nothing, so there is nothing to undo.
 */
export function isAsPredicted(changes: Iterable<RowChange>, patch: Patch, tables: ReadonlyMap<string, SyncedTable>): boolean {
  const effects = netEffects(changes)
  let left = 0
  for (const rows of effects.values()) left += rows.size
  for (const { table, puts, deletes } of patch) {
    const rows = effects.get(table)
    for (const row of puts) {
      const predicted = rows?.get(rowKey(keyOf(row, tables.get(table))))
      if (!predicted || !sameRow(predicted, row)) return false
    }
    for (const pk of deletes) if (rows?.get(rowKey(pk)) !== null) return false
    left -= puts.length + deletes.length
  }
  return left === 0
}

function netEffects(changes: Iterable<RowChange>): Effects {
  const effects: Effects = new Map()
  const born = new Map<string, Set<string | number>>()
  for (const { table, pk, before, after } of changes) {
    const key = rowKey(pk)
    let rows = effects.get(table)
    if (rows === undefined) {
      effects.set(table, (rows = new Map()))
      born.set(table, new Set())
    }
    const created = born.get(table) as Set<string | number>
    if (!rows.has(key) && before === undefined) created.add(key)
    // A row that came and went is no net change.
    if (after === undefined && created.has(key)) rows.delete(key)
    else rows.set(key, after ?? null)
  }
  return effects
}

function keyOf(row: Row, table: SyncedTable | undefined): readonly ExactValue[] {
  return table === undefined ? row.slice(0, 1) : table.pk.map((column) => row[column] as ExactValue)
}
