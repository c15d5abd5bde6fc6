import type { SqlParams } from '@savepoint/core'
import type { Driver } from '../driver/driver.ts'
import type { SyncedTable } from '../schema/synced-table.ts'
import { singleTableSelect } from '../sql/single-table-select.ts'
import { tokenize } from '../sql/tokenize.ts'
import { foldName, type KeyedRows, keysOf, parametersOf, rowsWhere } from './keyed-rows.ts'
import { TablesRead } from './tables-read.ts'

/** What decides a query's result. */
export interface QueryReads {
  /** Names of synced tables in lower case; undefined if any change may matter. */
  readonly tables: ReadonlySet<string> | undefined
  /** If set, of the only table none but the rows with these keys (see `rowKey`). */
  readonly keys?: readonly (string | number)[]
}

interface QueryText {
  readonly tables: ReadonlySet<string> | undefined
  readonly rows: KeyedRows | undefined
}

/** Texts that are kept as read. An app has a few dozen; beyond it (SQL built by hand), all are read anew. */
const TEXTS_MAX = 500

/**
 * Tells what decides a query's result. Rows are told apart only where the text leaves no doubt that no other row can matter;
 * of all other queries, tables are.
 */
export class QueriesRead {
  readonly #tablesRead: TablesRead
  readonly #tables: ReadonlyMap<string, SyncedTable>
  readonly #texts = new Map<string, QueryText>()

  constructor(driver: Driver, tables: readonly SyncedTable[], derived: ReadonlySet<string>) {
    this.#tablesRead = new TablesRead(driver, tables, derived)
    this.#tables = new Map(tables.map((table) => [foldName(table.name), table]))
  }

  of(sql: string, params: SqlParams): QueryReads {
    const { tables, rows } = this.textOf(sql)
    const keys = rows && keysOf(rows, params)
    return keys === undefined ? { tables } : { tables, keys }
  }

  /** The same as far as the text tells it: which tables, and which rows of the only one are told by key. */
  textOf(sql: string): QueryText {
    const known = this.#texts.get(sql)
    if (known !== undefined) return known
    if (this.#texts.size >= TEXTS_MAX) this.#texts.clear()
    const tables = this.#tablesRead.of(sql)
    const text = { tables, rows: tables?.size === 1 ? this.#keyed(sql) : undefined }
    this.#texts.set(sql, text)
    return text
  }

  #keyed(sql: string): KeyedRows | undefined {
    const tokens = tokenize(sql)
    const select = singleTableSelect(tokens)
    const table = select && this.#tables.get(foldName(select.table))
    return select && table && rowsWhere(table, select.conditions, parametersOf(tokens))
  }
}
