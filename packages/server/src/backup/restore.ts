import { copyFileSync, existsSync, linkSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { defineMutators, type Schema } from '@savepoint/core'
import { openBetterSqlite3 } from '@savepoint/sqlite/better-sqlite3'
import { EmbeddedLog } from '../log/embedded-log.ts'
import { lockDirectory } from '../node/directory-lock.ts'
import { roomFile, roomPaths } from '../node/room-files.ts'
import { RoomDatabase } from '../room/room-database.ts'
import { BackupError } from './backup-error.ts'
import { flush, hashFile } from './durable-files.ts'
import { planRestore, type RestorePlan, type RestorePoint } from './plan-restore.ts'
import { type RoomCopy, readBackups } from './read-backups.ts'
import { replayLog } from './replay-log.ts'

interface RestoreOptions {
  /** A directory of backups, or one of them. */
  readonly from: string
  /** The data directory, whose server is stopped. */
  readonly directory: string
  readonly schema: Schema
  /** Default: all that are in the backups. */
  readonly room?: string
  /** Default: the newest copy. */
  readonly point?: RestorePoint
  /** Puts a room that is there already aside, in place of refusing. */
  readonly force: boolean
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** A new unguessable ID. */
  readonly id: () => string
  readonly onRoom?: (room: RestoredRoom) => void
}

interface RestoredRoom extends RestorePlan {
  readonly epoch: string
  /** Where the file that was there before has gone. */
  readonly aside?: string
}

/** A room's file, ready to be put in place. */
interface Staged {
  readonly plan: RestorePlan
  readonly epoch: string
  readonly path: string
  readonly target: string
}

/**
 * Restores rooms to a point in time: the newest copy at or before it, and then the log's changes up to it. All are built and checked
 * beside their places first, so that if one cannot be, nothing has changed. Each gets a new epoch, by which clients notice.
 *
 * @throws (rejects) BackupError if it cannot be; Error if a server uses the directory
 */
export async function restore(options: RestoreOptions): Promise<readonly RestoredRoom[]> {
  const { directory, force, now, onRoom } = options
  const plans = makePlans(options)
  const lock = await lockDirectory(directory, openBetterSqlite3)
  const staged: Staged[] = []
  try {
    for (const plan of plans) {
      const target = roomPaths(directory, plan.room).database
      if (existsSync(target) && !force)
        throw new BackupError(
          'room-exists',
          `The room "${plan.room}" is in ${directory} already. Nothing was restored; with --force its file is put aside, and kept.`,
        )
      const one = { plan, epoch: options.id(), path: `${target}.restoring`, target }
      staged.push(one)
      await build(one, options.schema)
    }
    const time = new Date(now()).toISOString().replaceAll(':', '-')
    const restored: RestoredRoom[] = []
    for (const one of staged) {
      const room = { ...one.plan, epoch: one.epoch, ...putInPlace(one, time) }
      restored.push(room)
      onRoom?.(room)
    }
    return restored
  } finally {
    for (const { path } of staged) remove(path)
    lock.release()
  }
}

function makePlans({ from, room, point, schema }: RestoreOptions): RestorePlan[] {
  const copies = readBackups(from).filter((copy) => room === undefined || copy.room === room)
  const rooms = [...new Set(copies.map((copy) => copy.room))].sort()
  if (rooms.length === 0)
    throw new BackupError(
      'no-room',
      `No backup in ${from} has ${room === undefined ? 'any room' : `the room "${room}"`}. Nothing was restored.`,
    )
  const plans = rooms.map((one) =>
    planRestore(
      copies.filter((copy) => copy.room === one),
      point,
      versionAt,
    ),
  )
  for (const { room: name, base, log } of plans) {
    const other = [base, log].find((copy) => copy && copy.schema.hash !== schema.hash)
    if (other)
      throw new BackupError(
        'no-backup',
        `The room "${name}" was backed up with the schema "${other.schema.name}" version ${other.schema.version}, and the app has "${schema.name}" version ${schema.version}. Nothing was restored; restore it with its own.`,
      )
  }
  return plans
}

function versionAt(copy: RoomCopy, time: number): number | null {
  const driver = openBetterSqlite3(copy.path, { readonly: true })
  try {
    const find = driver.prepare('SELECT max(version) FROM _savepoint_log WHERE version > ? AND at <= ?')
    const version = find.exact([copy.floor, time])[0]?.[0]
    return version === null || version === undefined ? null : Number(version)
  } finally {
    driver.close()
  }
}

async function build({ plan, epoch, path }: Staged, schema: Schema): Promise<void> {
  const { room, base, log, version } = plan
  for (const copy of [base, log]) {
    if (copy !== null && (await hashFile(copy.path)) !== copy.sha256)
      throw new BackupError('damaged', `${copy.path} is not as it was backed up. Nothing was restored; take another backup.`)
  }
  remove(path)
  mkdirSync(dirname(path), { recursive: true })
  if (base !== null) copyFileSync(base.path, path)
  const database = RoomDatabase.open({ name: room, schema, mutators: defineMutators({}), storage: roomFile(path, openBetterSqlite3) })
  try {
    // It is flushed as a whole, before it gets its name.
    database.writer.exec('PRAGMA synchronous = OFF')
    const own = new EmbeddedLog(database.writer, database.reader)
    const from = base?.version ?? 0
    if (base === null) database.savePosition({ epoch, version: 0, digest: database.digest.toString() })
    if (log !== null) replay(database, log, own, { from, to: version, epoch })
    database.meta.set('epoch', epoch)
    const digest = database.synced.scanDigest()
    if (!digest.equals(database.digest))
      throw new BackupError(
        'damaged',
        `The rows of the room "${room}" have digest ${digest}, and should have ${database.digest}. Nothing was restored; take another backup.`,
      )
  } finally {
    database.close()
  }
  flush(path)
}

function replay(database: RoomDatabase, log: RoomCopy, own: EmbeddedLog, range: { from: number; to: number; epoch: string }): void {
  const driver = openBetterSqlite3(log.path, { readonly: true })
  try {
    replayLog(database, new EmbeddedLog(driver, driver), range, (entries) => own.append(entries))
  } finally {
    driver.close()
  }
  // The version may be in the middle of a batch, whose digest only its last entry has.
  database.writer.prepare('UPDATE _savepoint_log SET digest = ? WHERE version = ?').run([database.digest.toString(), range.to])
}

/** At no moment is there no room, or one without what its write-ahead log held. */
function putInPlace({ path, target }: Staged, time: string): { aside?: string } {
  const aside = join(dirname(target), `replaced-${time}.db`)
  const existed = existsSync(target)
  if (existed) {
    settle(target)
    for (const suffix of ['', '-wal']) {
      if (existsSync(target + suffix)) linkSync(target + suffix, aside + suffix)
    }
    for (const suffix of ['-wal', '-shm']) rmSync(target + suffix, { force: true })
  }
  renameSync(path, target)
  rmSync(join(dirname(target), 'snapshots'), { recursive: true, force: true })
  flush(dirname(target))
  return existed ? { aside } : {}
}

/** Moves what a server that was killed has left in the write-ahead log into the file. A damaged one stays as it is. */
function settle(target: string): void {
  try {
    const driver = openBetterSqlite3(target)
    try {
      driver.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    } finally {
      driver.close()
    }
  } catch {
    // It is put aside with its log.
  }
}

function remove(path: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true })
}
