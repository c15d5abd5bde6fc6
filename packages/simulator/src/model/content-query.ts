import type { Driver } from '@savepoint/sqlite'

/** A table whose rows are compared. */
export interface ContentTable {
  readonly name: string
  /** Stored columns, in table order. */
  readonly columns: readonly string[]
  /** The primary key, as indexes into `columns`. */
  readonly key: readonly number[]
  /** Gives all rows as one text, `content`: each a JSON array on a line of its own, in the order of their keys. NULL if there are none. */
  readonly sql: string
}

/** How a content is read: by SQL that gives the same on every engine. */
export interface ContentQuery {
  readonly tables: readonly ContentTable[]
}

/** What tables hold, each as one text, in the order of {@link ContentQuery.tables}. */
export type Contents = readonly string[]

/** What a table's SQL gave, from whichever connection. */
export function contentOf(rows: readonly { readonly [column: string]: unknown }[]): string {
  return (rows[0]?.content ?? '') as string
}

/** Builds of SQLite take so many arguments of a function at least. */
const ARGUMENTS_MAX = 100

/**
 * The query for all that is synced in a database which an app's schema has made: ordinary tables that are not derived, and what
 * `sqlite_sequence` says of them. JSON tells INTEGER from REAL and escapes NUL, and is by half the fastest of the exact texts
 * that were tried. It does not tell 0.0 from -0.0: the digests do.
 */
export function contentQuery(driver: Driver, derived: readonly string[]): ContentQuery {
  const left = new Set(derived.map((name) => name.toLowerCase()))
  const listed = rows(driver, "SELECT name, type, strict, wr FROM pragma_table_list WHERE schema = 'main' ORDER BY name")
  const names = listed
    .filter(({ name, type }) => type === 'table' && !/^(sqlite|_savepoint)_/i.test(String(name)) && !left.has(String(name).toLowerCase()))
    .map(({ name, strict }) => ({ name: String(name), isStrict: strict === 1 }))
  const tables = names.map(({ name, isStrict }) => contentTable(driver, name, isStrict))
  const hasSequence = listed.some(({ name }) => name === 'sqlite_sequence')
  return { tables: hasSequence ? [...tables, sequenceTable(names.map(({ name }) => name))] : tables }
}

function contentTable(driver: Driver, name: string, isStrict: boolean): ContentTable {
  const stored = rows(driver, 'SELECT name, type, pk FROM pragma_table_xinfo(?) WHERE hidden = 0 ORDER BY cid', [name])
  const columns = stored.map((row) => String(row.name))
  const key = stored
    .map((row, i) => ({ i, place: Number(row.pk) }))
    .filter(({ place }) => place > 0)
    .sort((a, b) => a.place - b.place)
    .map(({ i }) => i)
  const values = stored.map((row, i) => {
    const type = String(row.type).toLowerCase()
    const isRowid = type === 'integer' && key.length === 1 && key[0] === i
    return jsonOf(quoteName(String(row.name)), isStrict || isRowid ? type : 'any')
  })
  const order = key.map((i) => quoteName(columns[i] ?? '')).join(', ')
  const select = `SELECT ${columns.map(quoteName).join(', ')} FROM main.${quoteName(name)} ORDER BY ${order === '' ? 'rowid' : order}`
  return { name, columns, key, sql: rowsOf(values, select) }
}

/** What JSON has no word for: bytes, and on some builds all digits of a REAL. A column of no strict type can hold anything. */
function jsonOf(column: string, type: string): string {
  const real = ` WHEN 'real' THEN json(quote(${column}))`
  const blob = ` WHEN 'blob' THEN json_array(hex(${column}))`
  const cases = type === 'any' ? real + blob : type === 'real' ? real : type === 'blob' ? blob : ''
  return cases === '' ? column : `CASE typeof(${column})${cases} ELSE ${column} END`
}

function sequenceTable(names: readonly string[]): ContentTable {
  const listed = names.map(quoteText).join(', ')
  const select = `SELECT name, seq FROM main.sqlite_sequence WHERE name IN (${listed}) ORDER BY name, rowid`
  return { name: 'sqlite_sequence', columns: ['name', 'seq'], key: [0], sql: rowsOf(['name', 'seq'], select) }
}

function rowsOf(values: readonly string[], select: string): string {
  const arrays: string[] = []
  for (let i = 0; i < values.length; i += ARGUMENTS_MAX) arrays.push(`json_array(${values.slice(i, i + ARGUMENTS_MAX).join(', ')})`)
  return `SELECT group_concat(${arrays.join(' || ')}, char(10)) AS content FROM (${select})`
}

export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

function rows(driver: Driver, sql: string, params: readonly string[] = []): { [column: string]: unknown }[] {
  const statement = driver.prepare(sql)
  try {
    return statement.all(params)
  } finally {
    statement.finalize()
  }
}
