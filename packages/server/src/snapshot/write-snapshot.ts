import type { Driver } from '@savepoint/sqlite'

/** What a snapshot is of. */
export interface SnapshotPosition {
  readonly epoch: string
  readonly version: number
  readonly digest: string
}

interface SchemaObject {
  readonly type: 'table' | 'index' | 'view' | 'trigger'
  readonly name: string
  readonly table: string
  readonly sql: string
}

/**
 * Fills an empty database with all that is the app's in a room's database, as of one moment, and nothing that is the
 * engine's: no log, no clients, no page that ever held them. Triggers and views come last, so that rows go over as they
 * are, and whole tables as B-trees (SQLite's transfer optimization needs equal tables and indexes, and no trigger).
 *
 * @param target on a new file; may write shadow tables. It is not in WAL mode, so the file opens anywhere.
 * @param room path of the room's database. It is only read, and its writer is not held up.
 */
export function writeSnapshot(target: Driver, room: string): SnapshotPosition {
  target.exec(`ATTACH ${quoteText(room)} AS room`)
  // Neither a journal nor a flush: if this fails, the file is thrown away.
  target.exec(
    `PRAGMA main.page_size = ${pragma(target, 'room.page_size')}; PRAGMA main.journal_mode = OFF; PRAGMA main.synchronous = OFF; PRAGMA foreign_keys = OFF`,
  )
  target.exec('BEGIN')
  const position = readPosition(target)
  const objects = readObjects(target)
  const kinds = readKinds(target)
  const make = (choose: (object: SchemaObject) => boolean) => {
    for (const object of objects) if (choose(object)) target.exec(object.sql)
  }
  const tables = objects.filter(({ type, name }) => type === 'table' && kinds.get(name) === 'table')
  make((object) => tables.includes(object))
  make(({ type, table }) => type === 'index' && kinds.get(table) === 'table')
  for (const { name } of tables) copyRows(target, name)
  copySequences(target)
  make(({ type, name }) => type === 'table' && kinds.get(name) === 'virtual')
  for (const [name, kind] of kinds) if (kind === 'shadow') copyShadow(target, name)
  make(({ type }) => type === 'view')
  make(({ type }) => type === 'trigger')
  for (const name of ['user_version', 'application_id']) target.exec(`PRAGMA main.${name} = ${pragma(target, `room.${name}`)}`)
  target.exec('COMMIT')
  target.exec('DETACH room')
  return position
}

function readPosition(target: Driver): SnapshotPosition {
  const meta = new Map(rows(target, 'SELECT key, value FROM room._savepoint_meta').map(({ key, value }) => [key, String(value)]))
  return { epoch: meta.get('epoch') ?? '', version: Number(meta.get('version')), digest: meta.get('digest') ?? '' }
}

/** The app's objects, in the order in which they were made. Automatic indexes have no SQL, and come with their tables. */
function readObjects(target: Driver): SchemaObject[] {
  const sql = `SELECT type, name, tbl_name AS "table", sql FROM room.sqlite_schema
    WHERE sql IS NOT NULL AND tbl_name NOT LIKE '\\_savepoint\\_%' ESCAPE '\\' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid`
  return rows(target, sql) as unknown as SchemaObject[]
}

/** Which tables are ordinary, virtual, or shadows of virtual ones. */
function readKinds(target: Driver): Map<string, string> {
  const own = rows(target, 'PRAGMA room.table_list').filter(({ schema }) => schema === 'room')
  return new Map(own.map(({ name, type }) => [String(name), String(type)]))
}

function copyRows(target: Driver, table: string): void {
  const columns = rows(target, `PRAGMA room.table_xinfo(${quoteName(table)})`)
  const stored = columns.filter(({ hidden }) => hidden === 0).map(({ name }) => quoteName(String(name)))
  const withoutRowid = rows(target, `SELECT wr FROM pragma_table_list(${quoteText(table)}) WHERE schema = 'main'`)[0]?.wr === 1
  const keepsRowid = withoutRowid || columns.some(({ pk }) => (pk as number) > 0)
  const from = `FROM room.${quoteName(table)}`
  if (stored.length === columns.length && keepsRowid) target.exec(`INSERT INTO main.${quoteName(table)} SELECT * ${from}`)
  else {
    // An FTS5 index may go by rowids, so they stay, whether declared or not.
    const list = [...(withoutRowid ? [] : ['rowid']), ...stored].join(', ')
    target.exec(`INSERT INTO main.${quoteName(table)} (${list}) SELECT ${list} ${from}`)
  }
}

/** The highest keys that AUTOINCREMENT has given out are part of the content. */
function copySequences(target: Driver): void {
  const exists = rows(target, "SELECT 1 FROM main.sqlite_schema WHERE name = 'sqlite_sequence'").length > 0
  if (!exists) return
  target.exec(`DELETE FROM main.sqlite_sequence;
    INSERT INTO main.sqlite_sequence (name, seq) SELECT name, seq FROM room.sqlite_sequence WHERE name NOT LIKE '\\_savepoint\\_%' ESCAPE '\\'`)
}

/** What the virtual table put there when it was made gives way to what the room's has. */
function copyShadow(target: Driver, table: string): void {
  target.exec(`DELETE FROM main.${quoteName(table)}; INSERT INTO main.${quoteName(table)} SELECT * FROM room.${quoteName(table)}`)
}

function pragma(target: Driver, name: string): number {
  return Number(Object.values(rows(target, `PRAGMA ${name}`)[0] ?? {})[0])
}

function rows(target: Driver, sql: string): { [column: string]: unknown }[] {
  const statement = target.prepare(sql)
  try {
    return statement.all()
  } finally {
    statement.finalize()
  }
}

function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
