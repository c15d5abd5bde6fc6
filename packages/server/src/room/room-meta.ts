import type { Driver, Statement } from '@savepoint/sqlite'

/** The layout of the engine's tables. A file of a later one is not opened. */
export const FORMAT_VERSION = 1

const ENGINE_TABLES_SQL = `
CREATE TABLE IF NOT EXISTS _savepoint_meta (
  key TEXT PRIMARY KEY NOT NULL,
  value TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS _savepoint_clients (
  clientID TEXT PRIMARY KEY NOT NULL,
  lastMutationID INTEGER NOT NULL,
  lastSeed TEXT NOT NULL,
  lastVersion INTEGER NOT NULL,
  acked INTEGER NOT NULL,
  identity TEXT NOT NULL,
  seenAt INTEGER NOT NULL
) WITHOUT ROWID;`

type MetaKey = 'format' | 'room' | 'epoch' | 'version' | 'digest' | 'floor' | 'schemaName' | 'schemaVersion' | 'schemaHash'

/** Makes the engine's tables in a room's database, where they are missing. The log's are its own affair. */
export function createEngineTables(driver: Driver): void {
  driver.exec(ENGINE_TABLES_SQL)
}

/** What the room's database says of itself. */
export class RoomMeta {
  readonly #driver: Driver
  readonly #get: Statement
  #set: Statement | undefined

  constructor(driver: Driver) {
    this.#driver = driver
    this.#get = driver.prepare('SELECT value FROM _savepoint_meta WHERE key = ?')
  }

  get(key: MetaKey): string | undefined {
    return this.#get.get([key])?.value as string | undefined
  }

  set(key: MetaKey, value: string | number): void {
    this.#set ??= this.#driver.prepare(
      'INSERT INTO _savepoint_meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
    )
    this.#set.run([key, String(value)])
  }
}
