import { type ExactValue, type Patch, rowKey } from '@savepoint/core'
import type { SyncedTable } from '../schema/synced-table.ts'
import { foldName } from './keyed-rows.ts'
import type { StatementsRun, StatementText } from './statement-dependencies.ts'

/** Behind a text; see {@link StatementsRun}. */
type NotedKeys = string | number | readonly (string | number)[] | undefined

/**
 * What has decided what runs of mutators did: rows and tables that their statements read, or could not have written if others had been
 * there. As long as none of it changes, each run would do the same again, as mutators have nothing else to go by.
 */
export class Dependencies {
  readonly #tables: ReadonlyMap<string, SyncedTable>
  #onAll = false
  readonly #onTables = new Set<string>()
  readonly #onRows = new Map<string, Set<string | number>>()

  /** @param tables by their folded names */
  constructor(tables: ReadonlyMap<string, SyncedTable>) {
    this.#tables = tables
  }

  /** Adds those of one run, by the statements that it ran; undefined if they are not known. */
  add(ran: StatementsRun | undefined): void {
    if (ran === undefined) this.#onAll = true
    else for (let i = 0; i < ran.length; i += 2) this.#addStatement(ran[i] as StatementText, ran[i + 1] as NotedKeys)
  }

  #addStatement({ tables, keyed }: StatementText, noted: NotedKeys): void {
    const whole = keyed === undefined || noted === undefined ? tables : keyed.others
    if (whole === undefined) this.#onAll = true
    else for (const table of whole) this.#onTables.add(table)
    if (keyed === undefined || noted === undefined) return
    let keys = this.#onRows.get(keyed.table)
    if (keys === undefined) {
      keys = new Set()
      this.#onRows.set(keyed.table, keys)
    }
    if (typeof noted === 'string' || typeof noted === 'number') keys.add(rowKey([noted]))
    else for (const key of noted) keys.add(key)
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
