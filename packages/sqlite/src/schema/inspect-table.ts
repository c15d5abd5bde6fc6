import type { Driver, ResultRow } from '../driver/driver.ts'
import { type CreateTableFacts, parseCreateTable } from './parse-create-table.ts'
import { quoteName } from './quote-name.ts'
import type { Affinity, ForeignKey, SyncedColumn, SyncedTable, TableTrigger, UniqueSet } from './synced-table.ts'

/** Reads one table's shape. A table without a primary key comes out with an empty `pk`. */
export function inspectTable(
  driver: Driver,
  name: string,
  sql: string,
  withoutRowid: boolean,
  triggers: readonly TableTrigger[],
): SyncedTable {
  const all = pragma(driver, 'table_xinfo', name)
  const facts = parseCreateTable(sql, all.length)
  const stored = all.filter((row) => row.hidden === 0)
  const columns = stored.map(
    (row): SyncedColumn => ({
      name: row.name as string,
      affinity: affinityOf(row.type as string),
      collation: facts.collations[row.cid as number] ?? 'BINARY',
      notNull: row.notnull === 1,
    }),
  )
  const keyed = stored.map((row, i) => ({ i, place: row.pk as number })).filter(({ place }) => place > 0)
  const pk = keyed.sort((a, b) => a.place - b.place).map(({ i }) => i)
  const indexes = pragma(driver, 'index_list', name)
  return {
    name,
    columns,
    pk,
    rowidAlias: !withoutRowid && pk.length === 1 && !indexes.some((index) => index.origin === 'pk'),
    withoutRowid,
    autoincrement: facts.autoincrement,
    uniques: uniqueSets(driver, indexes, columns),
    foreignKeys: foreignKeys(driver, name, facts),
    triggers,
  }
}

function uniqueSets(driver: Driver, indexes: readonly ResultRow[], columns: readonly SyncedColumn[]): UniqueSet[] {
  return indexes
    .filter((index) => index.unique === 1 && index.origin !== 'pk')
    .map((index) => {
      if (index.partial === 1) return 'all'
      const keys = pragma(driver, 'index_xinfo', index.name as string).filter((row) => row.key === 1)
      const set = keys.map((row) => columns.findIndex((column) => column.name === row.name))
      return set.includes(-1) ? 'all' : set
    })
}

/** SQLite lists the keys from the last declared to the first. */
function foreignKeys(driver: Driver, name: string, facts: CreateTableFacts): ForeignKey[] {
  const byID = new Map<number, ResultRow[]>()
  for (const row of pragma(driver, 'foreign_key_list', name)) {
    const rows = byID.get(row.id as number) ?? []
    byID.set(row.id as number, rows)
    rows[row.seq as number] = row
  }
  return [...byID].map(([id, rows]) => ({
    columns: rows.map((row) => row.from as string),
    parent: rows[0]?.table as string,
    // Without names the parent's primary key is meant, which is filled in once all tables are known.
    parentColumns: rows.every((row) => row.to !== null) ? rows.map((row) => row.to as string) : [],
    deferred: facts.deferred[byID.size - 1 - id] ?? false,
  }))
}

function pragma(driver: Driver, name: string, argument: string): ResultRow[] {
  const statement = driver.prepare(`PRAGMA main.${name}(${quoteName(argument)})`)
  const rows = statement.all()
  statement.finalize()
  return rows
}

/** SQLite's rules for a declared type, in their order; ANY occurs in STRICT tables. */
function affinityOf(type: string): Affinity {
  if (/int/i.test(type)) return 'integer'
  if (/char|clob|text/i.test(type)) return 'text'
  if (type === '' || /blob/i.test(type) || /^any$/i.test(type)) return 'blob'
  return /real|floa|doub/i.test(type) ? 'real' : 'numeric'
}
