import type { EncodedOutcome } from '@savepoint/core'
import type { Driver, Statement } from '@savepoint/sqlite'
import { RoomMeta } from '../room/room-meta.ts'
import type { LogEntry, LogHead, LogSnapshot, RoomLog } from './room-log.ts'

/** Entries that one read returns: a few milliseconds of work, so that other rooms get their turn between reads. */
const READ_ENTRIES_MAX = 1000

/** Bytes of arguments and changes that one read returns, unless a single entry has more. */
const READ_BYTES_MAX = 1024 * 1024

/** Versions that one call cuts, so that cutting a long log never holds the room up for long. */
const TRUNCATE_VERSIONS_MAX = 2000

const LOG_TABLE_SQL = `
CREATE TABLE IF NOT EXISTS _savepoint_log (
  version INTEGER PRIMARY KEY,
  clientID TEXT NOT NULL,
  mutationID INTEGER NOT NULL,
  seed TEXT NOT NULL,
  name TEXT NOT NULL,
  args TEXT NOT NULL,
  changes TEXT,
  outcome TEXT NOT NULL,
  author TEXT NOT NULL,
  at INTEGER NOT NULL,
  digest TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS _savepoint_log_client ON _savepoint_log (clientID, mutationID);`

const COLUMNS = 'version, clientID, mutationID, seed, name, args, changes, outcome, author, at, digest'

/**
 * The log in the room's own database, written in the room's own transaction: what the room commits is in it, what the
 * room rolls back is not. Reads go through a connection of their own and see what is committed.
 *
 * The file has one owner at a time (the server holds its directory), so there is nobody to fence.
 */
export class EmbeddedLog implements RoomLog {
  readonly #writer: Driver
  readonly #meta: RoomMeta
  readonly #insert: Statement
  readonly #sizes: Statement
  readonly #read: Statement
  readonly #outcomes: Statement
  readonly #floor: RoomMeta
  readonly #strip: Statement
  readonly #stripped: Statement
  readonly #forget: Statement

  /** Makes the log's table where it is missing, in a database that has the engine's tables. */
  constructor(writer: Driver, reader: Driver) {
    writer.exec(LOG_TABLE_SQL)
    this.#writer = writer
    this.#meta = new RoomMeta(writer)
    this.#floor = new RoomMeta(reader)
    this.#insert = writer.prepare(`INSERT INTO _savepoint_log (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
    const range = 'FROM _savepoint_log WHERE version > ? AND version <= ? ORDER BY version'
    this.#sizes = reader.prepare(`SELECT version, octet_length(args) + octet_length(changes) AS bytes ${range} LIMIT ${READ_ENTRIES_MAX}`)
    this.#read = reader.prepare(`SELECT ${COLUMNS} ${range}`)
    this.#outcomes = reader.prepare(
      'SELECT mutationID, seed, outcome FROM _savepoint_log WHERE clientID = ? AND mutationID > ? AND version <= ? ORDER BY mutationID',
    )
    this.#strip = writer.prepare(`UPDATE _savepoint_log SET args = '', changes = NULL WHERE version > ? AND version <= ? AND changes IS NOT NULL`)
    this.#stripped = writer.prepare('SELECT DISTINCT clientID FROM _savepoint_log WHERE version <= ?')
    this.#forget = writer.prepare('DELETE FROM _savepoint_log WHERE clientID = ? AND mutationID <= ? AND version <= ?')
  }

  claim(fresh: string): LogHead {
    const epoch = this.#meta.get('epoch') ?? fresh
    return { epoch, version: Number(this.#meta.get('version') ?? 0), floor: Number(this.#meta.get('floor') ?? 0) }
  }

  append(entries: readonly LogEntry[]): void {
    for (const e of entries) {
      this.#insert.run([e.version, e.clientID, e.mutationID, e.seed, e.name, e.args, e.changes, e.outcome, e.author, e.at, e.digest])
    }
  }

  read(after: number, to: number): readonly LogEntry[] | null {
    if (after >= to) return []
    if (after < Number(this.#floor.get('floor') ?? 0)) return null
    let last = after
    let bytes = 0
    for (const size of this.#sizes.all([after, to])) {
      bytes += size.bytes as number
      if (bytes > READ_BYTES_MAX && last > after) break
      last = size.version as number
    }
    return this.#read.all([after, last]) as unknown as LogEntry[]
  }

  outcomes(clientID: string, after: number, to: number): readonly EncodedOutcome[] {
    return this.#outcomes.all([clientID, after, to]) as unknown as EncodedOutcome[]
  }

  truncate(floor: number, acked: (clientID: string) => number): number {
    const from = Number(this.#meta.get('floor') ?? 0)
    const to = Math.min(floor, from + TRUNCATE_VERSIONS_MAX, Number(this.#meta.get('version') ?? 0))
    if (to <= from) return from
    this.#writer.exec('BEGIN IMMEDIATE')
    try {
      this.#strip.run([from, to])
      for (const { clientID } of this.#stripped.all([to])) this.#forget.run([clientID as string, acked(clientID as string), to])
      this.#meta.set('floor', to)
      this.#writer.exec('COMMIT')
    } catch (error) {
      if (this.#writer.inTransaction) this.#writer.exec('ROLLBACK')
      throw error
    }
    return to
  }

  /** The database holds its own log: there is nothing to rebuild it from but itself. */
  snapshot(): LogSnapshot | null {
    return null
  }

  saveSnapshot(): void {}
}
