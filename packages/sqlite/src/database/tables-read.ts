import type { Driver } from '../driver/driver.ts'
import type { SyncedTable } from '../schema/synced-table.ts'
import { tokenize } from '../sql/tokenize.ts'

/**
 * Tells which tables decide a query's result: all whose names occur in its text, or in the text of a view whose name does. A
 * column or a text that is the same as a table's name adds one too many, which costs a run of the query and no more.
 */
export class TablesRead {
  readonly #tables: ReadonlySet<string>
  readonly #derived: ReadonlySet<string>
  readonly #views = new Map<string, string>()

  constructor(driver: Driver, tables: readonly SyncedTable[], derived: ReadonlySet<string>) {
    this.#tables = new Set(tables.map((table) => table.name.toLowerCase()))
    this.#derived = derived
    const views = driver.prepare(`SELECT lower(name) AS name, sql FROM sqlite_schema WHERE type = 'view'`)
    for (const row of views.all()) this.#views.set(row.name as string, row.sql as string)
    views.finalize()
  }

  /** Names of synced tables in lower case; undefined if any change may matter: derived tables follow all of them, and some pragmas read all. */
  of(sql: string): ReadonlySet<string> | undefined {
    const read = new Set<string>()
    return this.#collect(sql, read, new Set()) ? read : undefined
  }

  #collect(sql: string, read: Set<string>, seen: Set<string>): boolean {
    for (const token of tokenize(sql)) {
      if (token.kind !== 'name' && token.kind !== 'quoted' && token.kind !== 'string') continue
      const name = token.value.toLowerCase()
      if (this.#derived.has(name) || name === 'sqlite_sequence' || name.startsWith('pragma_')) return false
      if (this.#tables.has(name)) read.add(name)
      const view = this.#views.get(name)
      if (view === undefined || seen.has(name)) continue
      seen.add(name)
      if (!this.#collect(view, read, seen)) return false
    }
    return true
  }
}
