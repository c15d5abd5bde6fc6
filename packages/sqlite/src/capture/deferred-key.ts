import { type ExactValue, type Row, type RowChange, sameValue } from '@savepoint/core'
import type { Driver, Statement } from '../driver/driver.ts'
import { quoteName } from '../schema/quote-name.ts'
import type { ForeignKey, SyncedTable } from '../schema/synced-table.ts'

/**
 * One deferred foreign key. As SQLite has it: a key with a NULL in it references nothing, and values compare by the parent
 * column's collation. The schema check has seen to it that all columns are stored, and convert values alike.
 */
export class DeferredKey {
  readonly child: string
  readonly parent: string
  readonly #childColumns: readonly number[]
  readonly #parentColumns: readonly number[]
  readonly #findParent: Statement
  readonly #findChild: Statement

  constructor(driver: Driver, child: SyncedTable, parent: SyncedTable, key: ForeignKey) {
    this.child = child.name
    this.parent = parent.name
    this.#childColumns = key.columns.map((name) => child.columns.findIndex((column) => column.name === name))
    this.#parentColumns = key.parentColumns.map((name) => parent.columns.findIndex((column) => column.name === name))
    const isParent = key.parentColumns.map((name) => `${quoteName(name)} = ?`)
    const isChild = key.columns.map(
      (name, i) => `? COLLATE ${quoteName(parent.columns[this.#parentColumns[i] ?? -1]?.collation ?? 'BINARY')} = ${quoteName(name)}`,
    )
    this.#findParent = driver.prepare(`SELECT 1 FROM main.${quoteName(parent.name)} WHERE ${isParent.join(' AND ')} LIMIT 1`)
    this.#findChild = driver.prepare(`SELECT 1 FROM main.${quoteName(child.name)} WHERE ${isChild.join(' AND ')} LIMIT 1`)
  }

  /** True if this change left a child row without its parent. */
  orphans({ before, after }: RowChange): boolean {
    if (after === undefined || isSame(before, after, this.#childColumns)) return false
    const values = this.#childColumns.map((i) => after[i] as ExactValue)
    return !values.includes(null) && !this.#hasParent(values)
  }

  /** True if this change took a parent row away, or changed its key, and a child still references it. */
  bereaves({ before, after }: RowChange): boolean {
    if (before === undefined || isSame(before, after, this.#parentColumns)) return false
    const values = this.#parentColumns.map((i) => before[i] as ExactValue)
    return !values.includes(null) && !this.#hasParent(values) && this.#findChild.exact(values).length > 0
  }

  close(): void {
    this.#findParent.finalize()
    this.#findChild.finalize()
  }

  #hasParent(values: readonly ExactValue[]): boolean {
    return this.#findParent.exact(values).length > 0
  }
}

function isSame(a: Row | undefined, b: Row | undefined, columns: readonly number[]): boolean {
  return a !== undefined && b !== undefined && columns.every((i) => sameValue(a[i] as ExactValue, b[i] as ExactValue))
}
