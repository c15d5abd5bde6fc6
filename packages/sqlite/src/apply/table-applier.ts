import { type ExactValue, type Row, sameRow, sameValue, type TablePatch } from '@savepoint/core'
import type { Digest } from '../digest/digest.ts'
import type { Driver, Statement } from '../driver/driver.ts'
import { quoteName } from '../schema/quote-name.ts'
import { RowReader } from '../schema/row-reader.ts'
import type { SyncedTable } from '../schema/synced-table.ts'
import { columnList, keyCondition } from '../schema/table-statements.ts'

/** Statements kept for updates of different sets of columns; beyond it, one that sets them all serves. */
const UPDATE_STATEMENTS_MAX = 64

/** Applies patches to one table. */
export class TableApplier {
  readonly #driver: Driver
  readonly #table: SyncedTable
  readonly #target: string
  readonly #settable: readonly number[]
  readonly #reader: RowReader
  readonly #updates = new Map<string, Statement>()
  #insert: Statement | undefined
  #delete: Statement | undefined

  constructor(driver: Driver, table: SyncedTable) {
    this.#driver = driver
    this.#table = table
    this.#target = `main.${quoteName(table.name)}`
    this.#settable = table.columns.map((_, i) => i).filter((i) => !table.pk.includes(i))
    this.#reader = new RowReader(driver, table)
  }

  /**
   * First takes out all that could stand in the way of a UNIQUE value, then updates and inserts. Adds to `delta` by what the
   * content changed, measured on the rows that were really here.
   */
  apply(patch: TablePatch, delta: Digest): void {
    const { name, pk } = this.#table
    for (const key of patch.deletes) {
      const before = this.#reader.read(key)
      if (before === undefined) continue
      this.#deleteRow(key)
      delta.subtract(name, before)
    }
    const inserts: Row[] = []
    const updates: [before: Row, after: Row][] = []
    for (const row of patch.puts) {
      const key = pk.map((i) => row[i] as ExactValue)
      const before = this.#reader.read(key)
      if (before === undefined) inserts.push(row)
      else if (sameRow(before, row)) continue
      else {
        delta.subtract(name, before)
        if (this.#movesUnique(before, row)) {
          this.#deleteRow(key)
          inserts.push(row)
        } else updates.push([before, row])
      }
      delta.add(name, row)
    }
    for (const [before, row] of updates) this.#updateRow(before, row)
    for (const row of inserts) this.#insertRow(row)
  }

  close(): void {
    this.#reader.close()
    this.#insert?.finalize()
    this.#delete?.finalize()
    for (const statement of this.#updates.values()) statement.finalize()
  }

  /** True if the row's place in some UNIQUE index may change, so that it could collide with a row that is yet to change. */
  #movesUnique(before: Row, after: Row): boolean {
    return this.#table.uniques.some((set) => set === 'all' || set.some((i) => !sameValue(before[i] as ExactValue, after[i] as ExactValue)))
  }

  /** OR ABORT throughout: a table may be declared with ON CONFLICT REPLACE or IGNORE, which would hide a divergence. */
  #insertRow(row: Row): void {
    this.#insert ??= this.#driver.prepare(
      `INSERT OR ABORT INTO ${this.#target} (${columnList(this.#table)}) VALUES (${row.map(() => '?').join(', ')})`,
    )
    this.#insert.run(row)
  }

  #deleteRow(key: readonly ExactValue[]): void {
    this.#delete ??= this.#driver.prepare(`DELETE FROM ${this.#target} WHERE ${keyCondition(this.#table)}`)
    this.#delete.run(key)
  }

  /** Sets only what changed, so that no index, and no UPDATE OF trigger of a derived table, has work for nothing. */
  #updateRow(before: Row, after: Row): void {
    let set = this.#settable.filter((i) => !sameValue(before[i] as ExactValue, after[i] as ExactValue))
    if (this.#updates.size >= UPDATE_STATEMENTS_MAX && !this.#updates.has(set.join())) set = [...this.#settable]
    this.#updateStatement(set).run([...set, ...this.#table.pk].map((i) => after[i] as ExactValue))
  }

  #updateStatement(set: readonly number[]): Statement {
    const id = set.join()
    let statement = this.#updates.get(id)
    if (statement === undefined) {
      const assignments = set.map((i) => `${quoteName(this.#table.columns[i]?.name ?? '')} = ?`).join(', ')
      statement = this.#driver.prepare(`UPDATE OR ABORT ${this.#target} SET ${assignments} WHERE ${keyCondition(this.#table)}`)
      this.#updates.set(id, statement)
    }
    return statement
  }
}
