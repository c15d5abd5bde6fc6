import { decodePatch, type RoomPosition, SavepointError } from '@savepoint/core'
import type { LogEntry, LogHead, RoomLog } from '../log/room-log.ts'
import { RoomDatabase, type RoomDatabaseOptions } from './room-database.ts'
import type { OpenRoomLog } from './room-storage.ts'

interface RecoveryOptions extends RoomDatabaseOptions {
  readonly openLog: OpenRoomLog
  readonly world: { id(): string }
}

export interface RecoveredRoom {
  readonly database: RoomDatabase
  readonly log: RoomLog
  readonly position: RoomPosition
  /** The log has all entries after this version. */
  readonly floor: number
  /** There was no such room before, neither here nor in the log. */
  readonly isNew: boolean
}

/**
 * Opens a room's database and brings it to the log's head: what the log has and the database lacks is applied; a database
 * that cannot be brought there (of another epoch, ahead, or too far behind) is made anew from the log's snapshot.
 */
export async function recoverRoom(options: RecoveryOptions): Promise<RecoveredRoom> {
  let database = RoomDatabase.open(options)
  try {
    let log = options.openLog(database.writer, database.reader, options.name)
    const fresh = options.world.id()
    const head = await log.claim(fresh)
    const isNew = database.isNew && head.epoch === fresh
    if (!canFollow(database, head)) {
      const snapshot = await log.snapshot()
      database.close()
      options.storage.replace(snapshot?.image ?? null)
      database = RoomDatabase.open(options)
      log = options.openLog(database.writer, database.reader, options.name)
      await log.claim(head.epoch)
    }
    return { database, log, position: await follow(database, log, head), floor: head.floor, isNew }
  } catch (error) {
    database.close()
    throw error
  }
}

function versionOf(database: RoomDatabase): number {
  return Number(database.meta.get('version') ?? 0)
}

function canFollow(database: RoomDatabase, head: LogHead): boolean {
  const version = versionOf(database)
  const epoch = database.meta.get('epoch')
  return (epoch === undefined || epoch === head.epoch) && version <= head.version && version >= head.floor
}

async function follow(database: RoomDatabase, log: RoomLog, head: LogHead): Promise<RoomPosition> {
  const start = versionOf(database)
  if (database.meta.get('digest') === undefined) {
    database.begin()
    database.savePosition({ epoch: head.epoch, version: start, digest: database.digest.toString() })
    database.commit()
  }
  if (start < head.version) {
    // Foreign keys can be switched only outside a transaction.
    database.writer.exec('PRAGMA foreign_keys = OFF')
    for (let at = start; at < head.version; ) {
      const entries = await log.read(at, head.version)
      if (entries === null || entries.length === 0) throw cannotFollow(`entries after version ${at} are missing`)
      at = applyEntries(database, entries, head.epoch)
    }
    database.writer.exec('PRAGMA foreign_keys = ON')
  }
  return { epoch: head.epoch, version: head.version, digest: database.digest.toString() }
}

/**
 * Brings a database on by entries that follow on from where it stands, in one transaction, with foreign keys off. Returns the version
 * that it stands at then.
 *
 * @throws SavepointError `unavailable` if its content is not what the last entry says, or PatchError if it cannot be; it is as before then
 */
export function applyEntries(database: RoomDatabase, entries: readonly LogEntry[], epoch: string): number {
  const before = database.digest.copy()
  const last = entries.at(-1) as LogEntry
  database.begin()
  try {
    for (const { version, changes, clientID, mutationID, seed, author, at } of entries) {
      database.digest.merge(database.synced.apply(decodePatch(JSON.parse(changes))))
      database.clients.save(clientID, { lastMutationID: mutationID, lastSeed: seed, lastVersion: version, identity: author }, at)
    }
    const digest = database.digest.toString()
    if (last.digest !== '' && digest !== last.digest)
      throw cannotFollow(`its content at version ${last.version} has digest ${digest}, and should have ${last.digest}`)
    database.savePosition({ epoch, version: last.version, digest })
    database.commit()
  } catch (error) {
    database.rollBack(before)
    throw error
  }
  return last.version
}

function cannotFollow(why: string): SavepointError {
  return new SavepointError(
    'unavailable',
    `The room's database cannot be brought up to its log: ${why}. Nothing was lost: remove the file to have it made anew.`,
  )
}
