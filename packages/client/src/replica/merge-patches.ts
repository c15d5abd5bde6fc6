import { type ExactValue, type Patch, type Row, rowKey } from '@savepoint/core'
import type { SyncedTable } from '@savepoint/sqlite'
import { keyColumns } from './key-columns.ts'

interface NetTable {
  readonly puts: Map<string | number, Row>
  readonly deletes: Map<string | number, readonly ExactValue[]>
}

/** The net changes of patches that follow each other: for each row, the last one counts. */
export function mergePatches(patches: readonly Patch[], tables: ReadonlyMap<string, SyncedTable>): Patch {
  const filled = patches.filter((patch) => patch.length > 0)
  if (filled.length <= 1) return filled[0] ?? []
  const net = new Map<string, NetTable>()
  for (const { table, puts, deletes } of filled.flat()) {
    let merged = net.get(table)
    if (merged === undefined) {
      merged = { puts: new Map(), deletes: new Map() }
      net.set(table, merged)
    }
    const pk = keyColumns(table, tables)
    for (const key of deletes) {
      merged.puts.delete(rowKey(key))
      merged.deletes.set(rowKey(key), key)
    }
    for (const row of puts) {
      const key = rowKey(pk.map((column) => row[column] as ExactValue))
      merged.deletes.delete(key)
      merged.puts.set(key, row)
    }
  }
  return [...net].map(([table, { puts, deletes }]) => ({ table, puts: [...puts.values()], deletes: [...deletes.values()] }))
}
