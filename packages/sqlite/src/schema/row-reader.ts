import { type ExactValue, type Row, sameValue } from '@savepoint/core'
import type { Driver, Statement } from '../driver/driver.ts'
import type { SyncedTable } from './synced-table.ts'
import { prepareRowByKey } from './table-statements.ts'

/** Reads rows of one table by their exact keys. */
export class RowReader {
  readonly #pk: readonly number[]
  readonly #exact: boolean
  readonly #statement: Statement

  constructor(driver: Driver, table: SyncedTable) {
    this.#pk = table.pk
    this.#exact = table.rowidAlias
    this.#statement = prepareRowByKey(driver, table)
  }

  /**
   * The row of exactly this key, or undefined. SQL finds 'A' for 'a' under NOCASE, and 1.0 for 1: those are other keys here, and
   * the row that is there now is found under its own.
   */
  read(pk: readonly ExactValue[]): Row | undefined {
    const row = this.#statement.exact(pk)[0]
    if (row === undefined || this.#exact) return row
    for (let i = 0; i < pk.length; i++) if (!sameValue(row[this.#pk[i] as number] as ExactValue, pk[i] as ExactValue)) return undefined
    return row
  }

  close(): void {
    this.#statement.finalize()
  }
}
