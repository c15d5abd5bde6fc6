import type { Driver, Statement } from '../driver/driver.ts'
import { quoteName } from './quote-name.ts'
import type { SyncedTable } from './synced-table.ts'

/** `"a" = ? AND "b" = ?` over the key's columns. */
export function keyCondition(table: SyncedTable): string {
  return table.pk.map((i) => `${quoteName(table.columns[i]?.name ?? '')} = ?`).join(' AND ')
}

/** The stored columns, in table order, for a SELECT or an INSERT. */
export function columnList(table: SyncedTable): string {
  return table.columns.map((column) => quoteName(column.name)).join(', ')
}

/** Prepares the read of one row by its key. */
export function prepareRowByKey(driver: Driver, table: SyncedTable): Statement {
  return driver.prepare(`SELECT ${columnList(table)} FROM main.${quoteName(table.name)} WHERE ${keyCondition(table)}`)
}
