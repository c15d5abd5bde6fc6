import { decodePatch, type Mutators, type Schema, type SqlValue } from '@savepoint/core'
import { SyncedDatabase } from '@savepoint/sqlite'
import { openBetterSqlite3 } from '@savepoint/sqlite/better-sqlite3'

interface RoomContent<T> {
  readonly version: number
  /** By reading every row, and the same as the server says. */
  readonly digest: string
  readonly content: T
}

/** Rows as lists of values. */
type Query = (sql: string) => SqlValue[][]

/**
 * A room's content as the server's doors tell it, and no client: a snapshot, and the changes since.
 *
 * @throws Error if the server does not answer, or its content has not the digest that it tells.
 */
export async function readRoom<T>(
  room: string,
  app: { schema: Schema; mutators: Mutators },
  read: (query: Query) => T,
): Promise<RoomContent<T>> {
  const snapshot = await ask(`${room}/snapshot`)
  const since = snapshot.headers.get('savepoint-version')
  const bytes = new Uint8Array(await snapshot.arrayBuffer())
  const changes = (await (await ask(`${room}/changes?since=${since}`)).json()) as { to: number; digest: string; patch: unknown }
  const database = SyncedDatabase.open(openBetterSqlite3(':memory:', { bytes }), app.schema, app.mutators)
  try {
    database.driver.exec('PRAGMA foreign_keys = OFF; BEGIN')
    database.apply(decodePatch(changes.patch))
    database.driver.exec('COMMIT')
    const digest = database.scanDigest().toString()
    if (digest !== changes.digest) throw new Error(`The room's content has digest ${digest}; its server says ${changes.digest}`)
    return { version: changes.to, digest, content: read((sql) => database.query(sql).map((row) => Object.values(row))) }
  } finally {
    database.close()
  }
}

async function ask(url: string): Promise<Response> {
  const response = await fetch(url)
  if (!response.ok) throw new Error(`${url} answers ${response.status}: ${await response.text()}`)
  return response
}
