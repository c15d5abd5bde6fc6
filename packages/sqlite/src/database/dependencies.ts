import { type ExactValue, type Patch, rowKey, type SqlParams } from '@savepoint/core'
import type { SyncedTable } from '../schema/synced-table.ts'
import { foldName } from './keyed-rows.ts'
import type { StatementRun } from './run-request.ts'
import type { StatementsDepend } from './statement-dependencies.ts'

const NO_PARAMS: SqlParams = []

/**
 * What has decided what runs of mutators did: rows and tables that their statements read, or could not have written if others had been
 * there. As long as none of it changes, each run would do the same again, as mutators have nothing else to go by.
 */
export class Dependencies {
  readonly #statementsDepend: StatementsDepend
  readonly #tables: ReadonlyMap<string, SyncedTable>
  #onAll = false
  readonly #onTables = new Set<string>()
  readonly #onRows = new Map<string, Set<string | number>>()

  constructor(statementsDepend: StatementsDepend, tables: ReadonlyMap<string, SyncedTable>) {
    this.#statementsDepend = statementsDepend
    this.#tables = tables
  }

  /** Adds those of one run, by the statements that it ran; undefined if they are not known. */
  add(ran: readonly StatementRun[] | undefined): void {
    if (ran === undefined) this.#onAll = true
    for (const { sql, params } of ran ?? []) {
      const { tables, rows } = this.#statementsDepend.of(sql, params ?? NO_PARAMS)
      if (tables === undefined) this.#onAll = true
      else for (const table of tables) this.#onTables.add(table)
      if (rows === undefined) continue
      let keys = this.#onRows.get(rows.table)
      if (keys === undefined) {
        keys = new Set()
        this.#onRows.set(rows.table, keys)
      }
      for (const key of rows.keys) keys.add(key)
    }
  }

  /** True if a patch changes any of it, or may. */
  include(patch: Patch): boolean {
    return this.#onAll || patch.some((part) => this.#includePart(part))
  }

  #includePart({ table, puts, deletes }: Patch[number]): boolean {
    const name = foldName(table)
    const facts = this.#tables.get(name)
    if (facts === undefined || this.#onTables.has(name)) return true
    const keys = this.#onRows.get(name)
    if (keys === undefined) return false
    return deletes.some((key) => keys.has(rowKey(key))) || puts.some((row) => keys.has(rowKey(facts.pk.map((i) => row[i] as ExactValue))))
  }
}
