import type { SyncedTable } from '../schema/synced-table.ts'
import { foldName } from './keyed-rows.ts'

/** Tells of which tables all rows matter to a write, beside the row that is written. Names of tables are folded. */
export class WriteReach {
  readonly #tables: ReadonlyMap<string, SyncedTable>
  readonly #known = new Map<string, ReadonlySet<string> | undefined>()

  constructor(tables: ReadonlyMap<string, SyncedTable>) {
    this.#tables = tables
  }

  /** The table itself is among them if it has UNIQUE values or refers to itself. Undefined if anything may matter. */
  of(table: string): ReadonlySet<string> | undefined {
    if (!this.#known.has(table)) this.#known.set(table, this.#find(table))
    return this.#known.get(table)
  }

  #find(name: string): ReadonlySet<string> | undefined {
    const reach = new Set<string>()
    // Foreign keys write to the tables that refer to this one, and so on.
    const written = new Set([name])
    for (const table of written) {
      const facts = this.#tables.get(table)
      // A trigger may do anything, and AUTOINCREMENT has one counter for all rows.
      if (facts === undefined || facts.triggers.length > 0 || facts.autoincrement) return undefined
      if (facts.uniques.length > 0) reach.add(table)
      for (const { parent } of facts.foreignKeys) reach.add(foldName(parent))
      for (const [child, { foreignKeys }] of this.#tables) {
        if (!foreignKeys.some(({ parent }) => foldName(parent) === table)) continue
        reach.add(child)
        written.add(child)
      }
    }
    return reach
  }
}
