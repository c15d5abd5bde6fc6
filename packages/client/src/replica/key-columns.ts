import type { SyncedTable } from '@savepoint/sqlite'

/** Which columns of a table are its key, in its order. `sqlite_sequence` is in no list of tables; its key is its first column. */
export function keyColumns(table: string, tables: ReadonlyMap<string, SyncedTable>): readonly number[] {
  return tables.get(table)?.pk ?? [0]
}
