import type { EncodedOutcome } from '@savepoint/core'
import type { Driver, Statement } from '@savepoint/sqlite'
import { RoomMeta } from '../room/room-meta.ts'
import type { LogCut, LogEntry, LogHead, LogRetention, LogSnapshot, RoomLog } from './room-log.ts'

/** Entries that one read returns: a few milliseconds of work, so that other rooms get their turn between reads. */
const READ_ENTRIES_MAX = 1000

/** Bytes of arguments and changes that one read returns, unless a single entry has more. */
const READ_BYTES_MAX = 1024 * 1024

/** Entries that one statement writes: to call one costs a third of what a row does. More save nothing. */
const INSERT_ENTRIES = 10

/** Versions that one call cuts, and outcomes that it drops, so that cutting a long log never holds the room up for long. */
const TRUNCATE_VERSIONS_MAX = 2000

/**
 * Clients that one call asks whether they have confirmed since what is kept for them: all have their turn, and there may be as many as
 * outcomes are kept.
 */
const TRUNCATE_CLIENTS_MAX = 200

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
  digest TEXT NOT NULL,
  previous INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS _savepoint_log_kept ON _savepoint_log (clientID, mutationID) WHERE changes IS NULL;`

/**
 * What is kept of an entry below the floor, for its client to hear its outcome, is found by client: there may be many such entries,
 * of clients that do not come back. Commits do not pay for the index, as no entry of theirs is in it.
 */
export const NEXT_CLIENT_SQL = `
SELECT clientID FROM _savepoint_log WHERE changes IS NULL AND clientID > ? ORDER BY clientID LIMIT 1`

export const FORGET_SQL = 'DELETE FROM _savepoint_log WHERE changes IS NULL AND clientID = ? AND mutationID <= ?'

/** Where entries are young enough to stay: versions follow time, and the first that is does for all. */
export const YOUNG_SQL = `
SELECT version FROM _savepoint_log WHERE version > ? AND version <= ? AND at >= ? ORDER BY version LIMIT 1`

/** The oldest that is kept, if it is of a version that is cut. */
export const OLDEST_SQL = 'SELECT version, at FROM _savepoint_log WHERE version <= ? ORDER BY version LIMIT 1'

export const CUT_CLIENTS_SQL = 'SELECT DISTINCT clientID FROM _savepoint_log WHERE version > ? AND version <= ?'

/** Most of what is cut was confirmed long ago. It goes as it is, which takes less than half of what to strip and then forget it does. */
export const FORGET_CUT_SQL = `
DELETE FROM _savepoint_log WHERE version > ? AND version <= ? AND mutationID <= (
  SELECT acked FROM _savepoint_clients AS client WHERE client.clientID = _savepoint_log.clientID
)`

export const STRIP_SQL = "UPDATE _savepoint_log SET args = '', changes = NULL WHERE version > ? AND version <= ?"

/** From the client's last entry back to the first that is asked for: a step is a look-up by version. */
export const OUTCOMES_SQL = `
WITH RECURSIVE chain (version, previous, mutationID, seed, outcome) AS (
  SELECT log.version, log.previous, log.mutationID, log.seed, log.outcome
  FROM _savepoint_clients AS client JOIN _savepoint_log AS log ON log.version = client.lastVersion
  WHERE client.clientID = $clientID AND log.mutationID > $after
  UNION ALL
  SELECT log.version, log.previous, log.mutationID, log.seed, log.outcome
  FROM chain JOIN _savepoint_log AS log ON log.version = chain.previous
  WHERE log.mutationID > $after
)
SELECT mutationID, seed, outcome FROM chain WHERE version <= $to ORDER BY mutationID`

const COLUMNS = 'version, clientID, mutationID, seed, name, args, changes, outcome, author, at, digest, previous'

function insertSQL(entries: number): string {
  return `INSERT INTO _savepoint_log (${COLUMNS}) VALUES ${Array(entries).fill('(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)').join(', ')}`
}

/** What `insertSQL` takes, in the order of the columns. */
function valuesOf(entries: readonly LogEntry[]): (string | number)[] {
  const values: (string | number)[] = []
  for (const e of entries) {
    values.push(e.version, e.clientID, e.mutationID, e.seed, e.name, e.args, e.changes)
    values.push(e.outcome, e.author, e.at, e.digest, e.previous)
  }
  return values
}

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
  readonly #insertMany: Statement
  readonly #sizes: Statement
  readonly #read: Statement
  readonly #outcomes: Statement
  readonly #floor: RoomMeta
  readonly #forgetCut: Statement
  readonly #strip: Statement
  readonly #nextClient: Statement
  readonly #forget: Statement
  readonly #young: Statement
  readonly #oldest: Statement
  readonly #cutClients: Statement
  readonly #drop: Statement
  readonly #countKept: Statement
  /** Outcomes that are kept below the floor: counted once, and kept up from then on. */
  #kept: number | undefined
  /** The last client that was asked what it has confirmed. */
  #asked = ''

  /** Makes the log's table where it is missing, in a database that has the engine's tables. */
  constructor(writer: Driver, reader: Driver) {
    writer.exec(LOG_TABLE_SQL)
    this.#writer = writer
    this.#meta = new RoomMeta(writer)
    this.#floor = new RoomMeta(reader)
    this.#insert = writer.prepare(insertSQL(1))
    this.#insertMany = writer.prepare(insertSQL(INSERT_ENTRIES))
    const range = 'FROM _savepoint_log WHERE version > ? AND version <= ? ORDER BY version'
    this.#sizes = reader.prepare(`SELECT version, octet_length(args) + octet_length(changes) AS bytes ${range} LIMIT ${READ_ENTRIES_MAX}`)
    this.#read = reader.prepare(`SELECT ${COLUMNS} ${range}`)
    this.#outcomes = reader.prepare(OUTCOMES_SQL)
    this.#forgetCut = writer.prepare(FORGET_CUT_SQL)
    this.#strip = writer.prepare(STRIP_SQL)
    this.#nextClient = writer.prepare(NEXT_CLIENT_SQL)
    this.#forget = writer.prepare(FORGET_SQL)
    this.#young = writer.prepare(YOUNG_SQL)
    this.#oldest = writer.prepare(OLDEST_SQL)
    this.#cutClients = writer.prepare(CUT_CLIENTS_SQL)
    this.#drop = writer.prepare('DELETE FROM _savepoint_log WHERE version = ?')
    this.#countKept = writer.prepare('SELECT count(*) FROM _savepoint_log WHERE changes IS NULL')
  }

  claim(fresh: string): LogHead {
    const epoch = this.#meta.get('epoch') ?? fresh
    if (epoch === fresh) this.#meta.set('epoch', fresh)
    return { epoch, version: Number(this.#meta.get('version') ?? 0), floor: Number(this.#meta.get('floor') ?? 0) }
  }

  append(entries: readonly LogEntry[]): void {
    const together = entries.length - (entries.length % INSERT_ENTRIES)
    for (let i = 0; i < together; i += INSERT_ENTRIES) this.#insertMany.run(valuesOf(entries.slice(i, i + INSERT_ENTRIES)))
    for (let i = together; i < entries.length; i++) this.#insert.run(valuesOf(entries.slice(i, i + 1)))
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
    return this.#outcomes.all({ clientID, after, to }) as unknown as EncodedOutcome[]
  }

  truncate(retention: LogRetention, acked: (clientID: string) => number): LogCut {
    const from = Number(this.#meta.get('floor') ?? 0)
    const most = Math.min(from + TRUNCATE_VERSIONS_MAX, Number(this.#meta.get('version') ?? 0))
    const to = Math.max(from, this.#wholeAfter(from, most, retention))
    let kept = this.#kept ?? Number(this.#countKept.exact()[0]?.[0])
    let isDone = to < from + TRUNCATE_VERSIONS_MAX
    this.#writer.exec('BEGIN IMMEDIATE')
    try {
      if (to > from) {
        const clients = this.#cutClients.all([from, to])
        this.#forgetCut.run([from, to])
        kept += this.#strip.run([from, to]).changes
        this.#meta.set('floor', to)
        for (const { clientID } of clients) kept -= this.#forgetOf(clientID as string, acked)
      }
      for (const clientID of this.#clientsInTurn()) kept -= this.#forgetOf(clientID, acked)
      let dropped = 0
      while (dropped < TRUNCATE_VERSIONS_MAX && this.#dropOldest(to, kept - dropped, retention)) dropped++
      kept -= dropped
      isDone &&= dropped < TRUNCATE_VERSIONS_MAX
      this.#writer.exec('COMMIT')
    } catch (error) {
      if (this.#writer.inTransaction) this.#writer.exec('ROLLBACK')
      throw error
    }
    this.#kept = kept
    return { floor: to, isDone }
  }

  #wholeAfter(from: number, most: number, { floor, since }: LogRetention): number {
    if (floor >= most) return most
    const young = this.#young.get([from, most, since])
    return Math.max(floor, young === undefined ? most : (young.version as number) - 1)
  }

  #forgetOf(clientID: string, acked: (clientID: string) => number): number {
    return this.#forget.run([clientID, acked(clientID)]).changes
  }

  /** Some of the clients for whom something is kept, which confirm without pushing anything anew. */
  *#clientsInTurn(): Iterable<string> {
    for (let asked = 0; asked < TRUNCATE_CLIENTS_MAX; asked++) {
      const next = this.#nextClient.get([this.#asked])
      this.#asked = (next?.clientID ?? '') as string
      if (next === undefined) return
      yield this.#asked
    }
  }

  #dropOldest(floor: number, kept: number, { outcomes, outcomesSince }: LogRetention): boolean {
    const oldest = this.#oldest.get([floor])
    if (oldest === undefined || (kept <= outcomes && (oldest.at as number) >= outcomesSince)) return false
    this.#drop.run([oldest.version as number])
    return true
  }

  /** The database holds its own log: there is nothing to rebuild it from but itself. */
  snapshot(): LogSnapshot | null {
    return null
  }

  saveSnapshot(): void {}
}
