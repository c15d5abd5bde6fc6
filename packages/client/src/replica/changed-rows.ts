import { type ExactValue, type Patch, type RowChange, rowKey } from '@savepoint/core'
import type { SyncedTable } from '@savepoint/sqlite'

/** The keys of rows (see `rowKey`), or all rows of their table. */
type Keys = Set<string | number> | 'all'

/** Rows that may read otherwise than before. */
export class ChangedRows {
  readonly #keys = new Map<string, Keys>()

  static of(changes: readonly RowChange[]): ChangedRows {
    const rows = new ChangedRows()
    rows.addChanges(changes)
    return rows
  }

  /** Of these tables it is not known which rows. */
  static ofTables(tables: Iterable<string>): ChangedRows {
    const rows = new ChangedRows()
    rows.addTables(tables)
    return rows
  }

  get isEmpty(): boolean {
    return this.#keys.size === 0
  }

  /** By table, spelt as the schema has it. */
  get byTable(): ReadonlyMap<string, ReadonlySet<string | number> | 'all'> {
    return this.#keys
  }

  addChanges(changes: readonly RowChange[]): void {
    for (const { table, pk } of changes) {
      const keys = this.#keysOf(table)
      if (keys !== 'all') keys.add(rowKey(pk))
    }
  }

  addPatch(patch: Patch, tables: ReadonlyMap<string, SyncedTable>): void {
    for (const { table, puts, deletes } of patch) {
      const pk = tables.get(table)?.pk
      const keys = pk === undefined ? 'all' : this.#keysOf(table)
      if (pk === undefined || keys === 'all') this.#keys.set(table, 'all')
      else {
        for (const row of puts) keys.add(rowKey(pk.map((column) => row[column] as ExactValue)))
        for (const key of deletes) keys.add(rowKey(key))
      }
    }
  }

  addTables(tables: Iterable<string>): void {
    for (const table of tables) this.#keys.set(table, 'all')
  }

  addAll({ byTable }: ChangedRows): void {
    for (const [table, added] of byTable) {
      const keys = this.#keysOf(table)
      if (added === 'all') this.#keys.set(table, 'all')
      else if (keys !== 'all') for (const key of added) keys.add(key)
    }
  }

  #keysOf(table: string): Keys {
    let keys = this.#keys.get(table)
    if (keys === undefined) {
      keys = new Set()
      this.#keys.set(table, keys)
    }
    return keys
  }
}
