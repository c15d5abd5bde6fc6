import { type ExactValue, type Row, type RowChange, sameValue } from '@savepoint/core'
import type { Driver, Statement } from '../driver/driver.ts'
import { quoteName } from '../schema/quote-name.ts'
import type { Affinity, ForeignKey, SyncedTable } from '../schema/synced-table.ts'
import { keyCondition } from '../schema/table-statements.ts'

/**
 * One deferred foreign key. As SQLite has it: a key with a NULL in it references nothing, and values compare by the parent
 * column's collation and affinity.
 */
export class DeferredKey {
  readonly child: string
  readonly parent: string
  readonly #id: number
  readonly #childColumns: readonly number[]
  readonly #parentColumns: readonly number[]
  readonly #findParent: Statement
  /** Undefined if values cannot be compared one by one: then the whole child table is checked. */
  readonly #findChild: Statement | undefined
  readonly #readChild: Statement
  readonly #checkAll: Statement

  /** `id` is the key's number in `PRAGMA foreign_key_list`. */
  constructor(driver: Driver, child: SyncedTable, parent: SyncedTable, key: ForeignKey, id: number) {
    this.child = child.name
    this.parent = parent.name
    this.#id = id
    this.#childColumns = key.columns.map((name) => child.columns.findIndex((column) => column.name === name))
    this.#parentColumns = key.parentColumns.map((name) => parent.columns.findIndex((column) => column.name === name))
    const [childTable, parentTable] = [child, parent].map((table) => `main.${quoteName(table.name)}`)
    const names = key.columns.map(quoteName)
    this.#findParent = driver.prepare(`SELECT 1 FROM ${parentTable} WHERE ${key.parentColumns.map((name) => `${quoteName(name)} = ?`).join(' AND ')} LIMIT 1`)
    this.#readChild = driver.prepare(`SELECT ${names.join(', ')} FROM ${childTable} WHERE ${keyCondition(child)}`)
    this.#checkAll = driver.prepare(`PRAGMA main.foreign_key_check(${quoteName(child.name)})`)
    if (this.#isComparable(child, parent)) {
      const condition = names.map((name, i) => `? COLLATE ${quoteName(collationOf(parent, this.#parentColumns[i]))} = ${name}`)
      this.#findChild = driver.prepare(`SELECT 1 FROM ${childTable} WHERE ${condition.join(' AND ')} LIMIT 1`)
    }
  }

  /** True if this change left a child row without its parent. */
  orphans({ pk, before, after }: RowChange): boolean {
    if (after === undefined || (before !== undefined && isSame(before, after, this.#childColumns))) return false
    const values = valuesOf(after, this.#childColumns) ?? this.#readChild.exact(pk)[0]
    return values !== undefined && !values.includes(null) && !this.#hasParent(values)
  }

  /** True if this change took a parent row away, or changed its key, and a child still references it. */
  bereaves({ before, after }: RowChange): boolean {
    if (before === undefined || (after !== undefined && isSame(before, after, this.#parentColumns))) return false
    const values = valuesOf(before, this.#parentColumns)
    if (values === undefined || this.#findChild === undefined) return this.#checkAll.all().some((row) => row.fkid === this.#id)
    return !values.includes(null) && !this.#hasParent(values) && this.#findChild.exact(values).length > 0
  }

  close(): void {
    for (const statement of [this.#findParent, this.#findChild, this.#readChild, this.#checkAll]) statement?.finalize()
  }

  #hasParent(values: readonly ExactValue[]): boolean {
    return this.#findParent.exact(values).length > 0
  }

  /** True if all columns are stored, and child and parent convert values alike. */
  #isComparable(child: SyncedTable, parent: SyncedTable): boolean {
    return this.#childColumns.every((column, i) => {
      const [a, b] = [child.columns[column], parent.columns[this.#parentColumns[i] as number]]
      return a !== undefined && b !== undefined && conversion(a.affinity) === conversion(b.affinity)
    })
  }
}

/** Undefined if one of the columns is generated. */
function valuesOf(row: Row, columns: readonly number[]): ExactValue[] | undefined {
  return columns.includes(-1) ? undefined : columns.map((i) => row[i] as ExactValue)
}

/** False if a generated column is among them, as nothing is known of it. */
function isSame(a: Row, b: Row, columns: readonly number[]): boolean {
  return columns.every((i) => i >= 0 && sameValue(a[i] as ExactValue, b[i] as ExactValue))
}

function conversion(affinity: Affinity): 'text' | 'blob' | 'number' {
  return affinity === 'text' || affinity === 'blob' ? affinity : 'number'
}

function collationOf(table: SyncedTable, column: number | undefined): string {
  return table.columns[column as number]?.collation ?? 'BINARY'
}
