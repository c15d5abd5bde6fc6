import { type ExactValue, type Row, type RowChange, rowKey, sameRow } from '@savepoint/core'
import type { Driver } from '../driver/driver.ts'
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
  readonly #width: number
  readonly #touched = new Map<string | number, Touched>()
  readonly #reader: RowReader

  constructor(driver: Driver, table: SyncedTable) {
    this.#name = table.name
    this.#pk = table.pk
    this.#width = table.pk.length
    this.#reader = new RowReader(driver, table)
  }

  /** `args[1…]` is the new key. */
  inserted(args: readonly ExactValue[]): void {
    const key = this.#width === 1 ? singleKey(args[1] as ExactValue) : rowKey(args.slice(1))
    if (!this.#touched.has(key)) this.#touched.set(key, { pk: args.slice(1), before: undefined })
  }

  /** `args[1…]` is the new key, and behind it the old row. */
  updated(args: readonly ExactValue[]): void {
    const start = 1 + this.#width
    const oldKey = this.#deletedAt(args, start)
    const newKey = this.#width === 1 ? singleKey(args[1] as ExactValue) : rowKey(args.slice(1, start))
    if (newKey !== oldKey && !this.#touched.has(newKey)) this.#touched.set(newKey, { pk: args.slice(1, start), before: undefined })
  }

  /** `args[1…]` is the old row. */
  deleted(args: readonly ExactValue[]): void {
    this.#deletedAt(args, 1)
  }

  /** Adds to `changes` what became of the rows, reading each as it is now, and forgets them. */
  collect(changes: RowChange[]): void {
    for (const { pk, before } of this.#touched.values()) {
      const after = this.#reader.read(pk)
      if (before === undefined) {
        if (after !== undefined) changes.push({ table: this.#name, pk, after })
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

  #deletedAt(args: readonly ExactValue[], start: number): string | number {
    const pk = this.#pk
    const key = this.#width === 1 ? singleKey(args[start + (pk[0] as number)] as ExactValue) : rowKey(pk.map((i) => args[start + i] as ExactValue))
    if (!this.#touched.has(key)) this.#touched.set(key, { pk: pk.map((i) => args[start + i] as ExactValue), before: args.slice(start) })
    return key
  }
}

function singleKey(value: ExactValue): string | number {
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : rowKey([value])
}
