import type { Driver, ResultRow } from '../driver/driver.ts'
import { ENGINE_PREFIX } from '../sql/assert-allowed.ts'
import { tokenize } from '../sql/tokenize.ts'
import { checkSqlText } from './check-sql-text.ts'
import { checkTables } from './check-tables.ts'
import { checkTriggers, type StoredTrigger } from './check-triggers.ts'
import { inspectTable } from './inspect-table.ts'
import { SchemaError } from './schema-error.ts'
import type { DatabaseSchema, SyncedTable } from './synced-table.ts'

/**
 * Reads what is to be synced from a database that an app's schema made: every ordinary table that is not named in `derived`.
 * The engine's own tables, SQLite's and virtual tables with their shadows are left out; views need nothing.
 *
 * @throws SchemaError with all that cannot be synced.
 * @example
 * const { tables } = inspectSchema(driver, { derived: ['note_counts'] })
 */
export function inspectSchema(driver: Driver, options: { readonly derived: readonly string[] }): DatabaseSchema {
  const problems: string[] = []
  checkDatabases(driver, problems)
  const listed = rows(driver, 'PRAGMA main.table_list').filter((row) => row.schema === 'main' && !isOwn(row.name as string))
  const derived = derivedTables(listed, options.derived, problems)
  const synced = listed.filter((row) => row.type === 'table' && !derived.has(lower(row.name)))
  const stored = rows(driver, 'SELECT type, name, tbl_name, sql FROM main.sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid').filter(
    (row) => !isOwn(row.name as string),
  )
  for (const row of stored) checkSqlText(`${row.type} ${row.name}`, tokenize(row.sql as string), derived.size > 0, problems)
  const triggers = checkTriggers(
    stored
      .filter((row) => row.type === 'trigger')
      .map((row): StoredTrigger => ({ name: row.name as string, table: row.tbl_name as string, sql: row.sql as string })),
    {
      derived,
      views: new Set(listed.filter((row) => row.type === 'view').map((row) => lower(row.name))),
      singleKeys: singleKeys(driver, synced),
    },
    problems,
  )
  const sqlOf = new Map(stored.filter((row) => row.type === 'table').map((row) => [row.name, row.sql as string]))
  const tables = synced.map((row) => {
    const name = row.name as string
    return inspectTable(driver, name, sqlOf.get(name) ?? '', row.wr === 1, triggers.get(name.toLowerCase()) ?? [])
  })
  const complete = checkTables(driver, tables, derived, problems)
  if (problems.length > 0) throw new SchemaError(problems)
  return { tables: complete.sort((a: SyncedTable, b: SyncedTable) => (a.name < b.name ? -1 : 1)), derived }
}

function checkDatabases(driver: Driver, problems: string[]): void {
  for (const { name } of rows(driver, 'PRAGMA database_list')) {
    if (name !== 'main' && name !== 'temp') problems.push(`database ${name} is attached: a replica is one database, DETACH it`)
  }
  for (const { type, name } of rows(driver, "SELECT type, name FROM temp.sqlite_schema WHERE type IN ('table', 'view', 'trigger')")) {
    if (!isOwn(name as string))
      problems.push(`${type} ${name} is temporary: it exists on this connection only, so create it without TEMP, or not at all`)
  }
}

/** Virtual tables, their shadows, and those that the schema names. */
function derivedTables(listed: readonly ResultRow[], declared: readonly string[], problems: string[]): Set<string> {
  const derived = new Set(listed.filter((row) => row.type === 'virtual' || row.type === 'shadow').map((row) => lower(row.name)))
  const tables = new Set(listed.filter((row) => row.type === 'table').map((row) => lower(row.name)))
  for (const name of declared) {
    if (tables.has(name.toLowerCase())) derived.add(name.toLowerCase())
    else if (!derived.has(name.toLowerCase()))
      problems.push(`derived table ${name} does not exist: create it in the schema’s SQL, or take it off the list`)
  }
  return derived
}

/** By table, the names under which a key of one column goes. */
function singleKeys(driver: Driver, tables: readonly ResultRow[]): Map<string, Set<string>> {
  return new Map(
    tables.map((table) => {
      const keys = rows(driver, 'SELECT name FROM pragma_table_info(?) WHERE pk > 0', [table.name as string]).map((row) => lower(row.name))
      const rowid = table.wr === 1 ? [] : ['rowid', '_rowid_', 'oid']
      return [lower(table.name), new Set(keys.length === 1 ? [...keys, ...rowid] : rowid)]
    }),
  )
}

function isOwn(name: string): boolean {
  const lowered = name.toLowerCase()
  return lowered.startsWith(ENGINE_PREFIX) || lowered.startsWith('sqlite_')
}

function lower(name: unknown): string {
  return (name as string).toLowerCase()
}

function rows(driver: Driver, sql: string, params: readonly string[] = []): ResultRow[] {
  const statement = driver.prepare(sql)
  const all = statement.all(params)
  statement.finalize()
  return all
}
