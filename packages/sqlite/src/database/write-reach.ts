import type { SyncedColumn, SyncedTable } from '../schema/synced-table.ts'
import { foldName } from './keyed-rows.ts'

const NONE: ReadonlySet<string> = new Set()

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

  /**
   * Of an UPDATE that sets these columns, none of the primary key. What it sets may be no value that a UNIQUE constraint or a foreign key
   * looks at: then none beside the row itself.
   */
  ofUpdate(table: string, sets: readonly string[]): ReadonlySet<string> | undefined {
    const facts = this.#tables.get(table)
    const reach = this.of(table)
    if (facts === undefined || reach === undefined) return undefined
    const set = new Set(sets.map(foldName))
    const kept = new Set(facts.columns.map(({ name }) => name).filter((name) => !set.has(foldName(name))))
    const keepsUniques = facts.uniques.every(
      (unique) => unique !== 'all' && unique.every((i) => kept.has((facts.columns[i] as SyncedColumn).name)),
    )
    // What others refer to is the primary key or UNIQUE. Generated columns, which are not among the kept, may be made of any.
    const keepsForeignKeys = facts.foreignKeys.every(({ columns }) => columns.every((column) => kept.has(column)))
    return keepsUniques && keepsForeignKeys ? NONE : reach
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
