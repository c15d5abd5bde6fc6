import { readFileSync } from 'node:fs'
import { type DB, SQLite3 } from '@vlcn.io/crsqlite-wasm'
import { Factory } from '@vlcn.io/wa-sqlite'

/** A change as `crsql_changes` has it, its blobs in hexadecimal digits. */
type Change = readonly (string | number | null)[]

/** What the hub and its clients say to each other. */
export type Message =
  | { readonly type: 'hello' }
  | { readonly type: 'changes'; readonly changes: readonly Change[]; readonly id?: number; readonly more?: boolean }
  | { readonly type: 'taken'; readonly id: number }

/** Takes the parts that run in Node; the package's own entry wants IndexedDB. */
const loaded = (async () => {
  const entry = import.meta.resolve('@vlcn.io/crsqlite-wasm')
  const { default: load } = (await import(new URL('./crsqlite.mjs', entry).href)) as { default: (options: object) => Promise<unknown> }
  const module = await load({ wasmBinary: readFileSync(new URL('./crsqlite.wasm', entry)) })
  return new SQLite3(Factory(module))
})()

/** A database in memory with both tables of the comparison. */
export async function openDatabase(): Promise<DB> {
  const database = await (await loaded).open()
  await database.exec(`CREATE TABLE counters (name TEXT PRIMARY KEY NOT NULL, n INTEGER NOT NULL DEFAULT 0)`)
  await database.exec(`CREATE TABLE things (id INTEGER PRIMARY KEY NOT NULL, title TEXT NOT NULL DEFAULT '', author TEXT NOT NULL DEFAULT '',
    note TEXT NOT NULL DEFAULT '', likes INTEGER NOT NULL DEFAULT 0, at INTEGER NOT NULL DEFAULT 0)`)
  await database.exec("SELECT crsql_as_crr('counters')")
  await database.exec("SELECT crsql_as_crr('things')")
  return database
}

const SELECT_SQL = `SELECT "table", hex(pk), cid, val, col_version, db_version, hex(site_id), cl, seq FROM crsql_changes`

/** The changes that were made in a database itself after one of its versions. */
export async function ownChangesSince(database: DB, version: number): Promise<readonly Change[]> {
  return (await database.execA(`${SELECT_SQL} WHERE db_version > ? AND site_id = crsql_site_id()`, [version])) as Change[]
}

/** All changes of the versions from one to another, both included. */
export async function changesOf(database: DB, from: number, to: number): Promise<readonly Change[]> {
  return (await database.execA(`${SELECT_SQL} WHERE db_version >= ? AND db_version <= ?`, [from, to])) as Change[]
}

/** The version at which a database is. */
export async function versionOf(database: DB): Promise<number> {
  const [[version]] = (await database.execA('SELECT crsql_db_version()')) as [[number]]
  return version
}

/** Merges changes, all in one transaction. */
export async function merge(database: DB, changes: readonly Change[]): Promise<void> {
  await database.tx(async (tx) => {
    const insert = await tx.prepare(
      `INSERT INTO crsql_changes ("table", pk, cid, val, col_version, db_version, site_id, cl, seq)
        VALUES (?, unhex(?), ?, ?, ?, ?, unhex(?), ?, ?)`,
    )
    for (const change of changes) await insert.run(tx, ...change)
    await insert.finalize(tx)
  })
}
