import type { Driver } from '../driver/driver.ts'
import { quoteName } from './quote-name.ts'
import type { Affinity, ForeignKey, SyncedTable } from './synced-table.ts'

/**
 * Adds to `problems` what keeps a table from being synced. Returns the tables with the parents of their foreign keys spelt as
 * the tables are.
 */
export function checkTables(
  driver: Driver,
  tables: readonly SyncedTable[],
  derived: ReadonlySet<string>,
  problems: string[],
): SyncedTable[] {
  const byName = new Map(tables.map((table) => [table.name.toLowerCase(), table]))
  for (const table of tables) {
    if (table.pk.length === 0) {
      problems.push(
        `table ${table.name} has no PRIMARY KEY, so its rows cannot be told apart on another machine: declare one, such as id TEXT PRIMARY KEY NOT NULL, or list the table as derived`,
      )
    } else if (hasNullKey(driver, table)) {
      problems.push(`table ${table.name} holds rows whose PRIMARY KEY is NULL: give them a key, or delete them`)
    }
  }
  for (const name of derived) {
    for (const parent of parentsOf(driver, name)) {
      problems.push(
        `derived table ${name} has a foreign key to ${parent}, which does not act when changes from elsewhere are applied: take it away, and use triggers`,
      )
    }
  }
  return tables.map((table) => ({
    ...table,
    foreignKeys: table.foreignKeys.flatMap((key) => resolved(table, key, byName, derived, problems) ?? []),
  }))
}

function resolved(
  table: SyncedTable,
  key: ForeignKey,
  byName: ReadonlyMap<string, SyncedTable>,
  derived: ReadonlySet<string>,
  problems: string[],
): ForeignKey | undefined {
  const parent = byName.get(key.parent.toLowerCase())
  if (parent === undefined) {
    const why = derived.has(key.parent.toLowerCase())
      ? 'is derived: only synced tables can be referenced from synced ones'
      : 'is no table: create it, or take the reference away'
    problems.push(`table ${table.name} references ${key.parent}, which ${why}`)
    return undefined
  }
  const oddity = key.deferred ? deferredOddity(table, parent, key) : undefined
  if (oddity !== undefined) problems.push(`table ${table.name} has a deferred foreign key to ${parent.name} ${oddity}`)
  const parentColumns = key.parentColumns.length > 0 ? key.parentColumns : parent.pk.map((i) => parent.columns[i]?.name ?? '')
  return {
    ...key,
    parent: parent.name,
    parentColumns: parentColumns.map((name) => spelt(parent, name)),
    columns: key.columns.map((name) => spelt(table, name)),
  }
}

/** SQLite counts violations of deferred keys, and miscounts some: then COMMIT fails, of all mutations together, with nothing wrong. */
function deferredOddity(child: SyncedTable, parent: SyncedTable, key: ForeignKey): string | undefined {
  const columnOf = (table: SyncedTable, name: string | undefined) =>
    table.columns.find((column) => column.name.toLowerCase() === name?.toLowerCase())
  const conversion = (affinity: Affinity | undefined) => (affinity === 'integer' || affinity === 'real' ? 'numeric' : affinity)
  for (const [i, name] of key.columns.entries()) {
    const own = columnOf(child, name)
    const referenced = columnOf(parent, key.parentColumns[i] ?? parent.columns[parent.pk[i] ?? -1]?.name)
    if (own === undefined || conversion(own.affinity) !== conversion(referenced?.affinity)) {
      return 'between columns of other types, which SQLite does not judge alike at every step: declare both with one type, and not as generated columns'
    }
    if (child === parent && referenced?.collation !== 'BINARY') {
      return 'itself over a column that has a COLLATE, which SQLite does not judge alike at every step: take the COLLATE off, or do not defer the key'
    }
  }
  return undefined
}

/** As the table spells it; a generated column's name is not in the list, and SQL does not mind how it is spelt. */
function spelt(table: SyncedTable, name: string): string {
  return table.columns.find((column) => column.name.toLowerCase() === name.toLowerCase())?.name ?? name
}

/** A key column that is not NOT NULL can hold NULL in a rowid table, an old quirk of SQLite. */
function hasNullKey(driver: Driver, table: SyncedTable): boolean {
  const nullable = nullableKeyColumns(table)
  if (nullable.length === 0) return false
  const statement = driver.prepare(
    `SELECT 1 FROM main.${quoteName(table.name)} WHERE ${nullable.map((name) => `${quoteName(name)} IS NULL`).join(' OR ')} LIMIT 1`,
  )
  const found = statement.get() !== undefined
  statement.finalize()
  return found
}

/** The key's columns that SQLite itself would let be NULL. */
export function nullableKeyColumns(table: SyncedTable): string[] {
  if (table.rowidAlias || table.withoutRowid) return []
  return table.pk.flatMap((i) => (table.columns[i]?.notNull === false ? [table.columns[i].name] : []))
}

function parentsOf(driver: Driver, name: string): string[] {
  const statement = driver.prepare(`PRAGMA main.foreign_key_list(${quoteName(name)})`)
  const parents = statement.all().map((row) => row.table as string)
  statement.finalize()
  return [...new Set(parents)]
}
