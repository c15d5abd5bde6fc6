import type { ExactValue, Row, RowChange } from '@savepoint/core'
import type { Driver, Statement } from '../driver/driver.ts'
import type { SyncedTable } from './synced-table.ts'

/** SQLite's own table of the highest keys that AUTOINCREMENT has given out. It is part of a synced content. */
export const SEQUENCE_TABLE = 'sqlite_sequence'

/** The highest key given out, by table name, in the order of the tables. */
export type Sequences = ReadonlyMap<string, ExactValue>

/** Reads `sqlite_sequence`, as far as it speaks of synced tables. Its key here is the table's name; it has none of its own. */
export class SequenceReader {
  readonly #statement: Statement
  readonly #names: readonly string[]

  /** Undefined if no table is AUTOINCREMENT: then there is no `sqlite_sequence`, or nothing in it. */
  static of(driver: Driver, tables: readonly SyncedTable[]): SequenceReader | undefined {
    const names = tables.filter((table) => table.autoincrement).map((table) => table.name)
    return names.length === 0 ? undefined : new SequenceReader(driver, names)
  }

  private constructor(driver: Driver, names: readonly string[]) {
    this.#names = names
    this.#statement = driver.prepare(`SELECT name, seq FROM main.${SEQUENCE_TABLE} ORDER BY rowid`)
  }

  /** SQLite goes by the first row of a name, should a mutator have written more than one. */
  read(): Sequences {
    const found = new Map<ExactValue, ExactValue>()
    for (const [name, seq] of this.#statement.exact() as [ExactValue, ExactValue][]) if (!found.has(name)) found.set(name, seq)
    const sequences = new Map<string, ExactValue>()
    for (const name of this.#names) {
      const seq = found.get(name)
      if (seq !== undefined) sequences.set(name, seq)
    }
    return sequences
  }

  close(): void {
    this.#statement.finalize()
  }
}

/** A row of `sqlite_sequence`. */
export function sequenceRow(sequences: Sequences, name: string): Row | undefined {
  const seq = sequences.get(name)
  return seq === undefined ? undefined : [name, seq]
}

/** The change of one table's row in `sqlite_sequence`. */
export function sequenceChange(name: string, before: Row | undefined, after: Row | undefined): RowChange {
  return { table: SEQUENCE_TABLE, pk: [name], ...(before && { before }), ...(after && { after }) }
}
