import { type ExactValue, type Row, type RowChange, rowKey, sameRow } from '@savepoint/core'
import type { Driver } from '../driver/driver.ts'
import { SqliteError } from '../driver/sqlite-error.ts'
import { RowReader } from '../schema/row-reader.ts'
import type { SyncedTable } from '../schema/synced-table.ts'

interface Touched {
  readonly pk: readonly ExactValue[]
  readonly before: Row | undefined
}

/** The keys of one table that a mutation touched, each with the row as it was before. */
export class TableChanges {
  readonly #name: string
  readonly #pk: readonly number[]
  readonly #single: boolean
  readonly #touched = new Map<string | number, Touched>()
  readonly #reader: RowReader

  constructor(driver: Driver, table: SyncedTable) {
    this.#name = table.name
    this.#pk = table.pk
    this.#single = table.pk.length === 1
    this.#reader = new RowReader(driver, table)
  }

  /** `args[1…]` is a key at which there was no row until now. */
  absent(args: readonly ExactValue[]): void {
    const key = this.#single ? singleKey(args[1] as ExactValue) : rowKey(args.slice(1))
    if (!this.#touched.has(key)) this.#touched.set(key, { pk: args.slice(1), before: undefined })
  }

  /** `args[1…]` is a row that is about to change. */
  present(args: readonly ExactValue[]): void {
    const pk = this.#pk
    const key = this.#single ? singleKey(args[1 + (pk[0] as number)] as ExactValue) : rowKey(pk.map((i) => args[1 + i] as ExactValue))
    if (!this.#touched.has(key)) this.#touched.set(key, { pk: pk.map((i) => args[1 + i] as ExactValue), before: args.slice(1) })
  }

  /**
   * Adds to `changes` what became of the rows, reading each as it is now, and forgets them.
   *
   * @throws SqliteError if a new row has a key that cannot be read back.
   */
  collect(changes: RowChange[]): void {
    for (const { pk, before } of this.#touched.values()) {
      const after = this.#reader.read(pk)
      if (before === undefined) {
        if (after !== undefined) changes.push({ table: this.#name, pk, after })
        else if (pk.some(isMangled))
          throw new SqliteError(
            'SQLITE_CONSTRAINT_DATATYPE',
            `datatype constraint failed: the key of a row in ${this.#name} is not valid UTF-8`,
          )
      } else if (after === undefined) changes.push({ table: this.#name, pk, before })
      else if (!sameRow(before, after)) changes.push({ table: this.#name, pk, before, after })
    }
    this.#touched.clear()
  }

  clear(): void {
    this.#touched.clear()
  }

  close(): void {
    this.#reader.close()
  }
}

/**
 * `CAST(x'ff' AS TEXT)` makes text that is not UTF-8. It is read with U+FFFD in it, and nothing is found under what was read. A
 * row that was made and is gone again under a key with a real U+FFFD looks the same, and is refused as well.
 */
function isMangled(value: ExactValue): boolean {
  return typeof value === 'string' && value.includes('\uFFFD')
}

/** As {@link rowKey}, only faster for text; no other key begins with an s. */
function singleKey(value: ExactValue): string | number {
  if (typeof value === 'string') return `s${value}`
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : rowKey([value])
}
