import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { backUpBetterSqlite3, openBetterSqlite3 } from '@savepoint/sqlite/better-sqlite3'
import { takeLock } from '../node/directory-lock.ts'
import { findRoom, type ListedRoom, listRooms } from '../node/list-rooms.ts'
import { RoomMeta } from '../room/room-meta.ts'
import { BackupError } from './backup-error.ts'
import { flush, flushTree, hashFile, writeDurably } from './durable-files.ts'
import { BACKUP_FORMAT, type BackedUpRoom, MANIFEST_FILE, type Manifest, UNFINISHED_SUFFIX } from './manifest.ts'

/** A backup's time, without what a file system minds. */
const BACKUP_NAME = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}Z$/

interface BackUpOptions {
  /** The data directory; its server may be at work. */
  readonly directory: string
  /** Where backups are kept; this one becomes a directory in it, named by its time. */
  readonly out: string
  /** Default: all. */
  readonly room?: string
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly onRoom?: (room: BackedUpRoom) => void
}

/** A backup that is whole. */
interface FinishedBackup {
  readonly path: string
  readonly manifest: Manifest
  /** What is wrong with each room that could not be copied, and so is not in it. */
  readonly problems: readonly string[]
}

/**
 * Copies rooms as they are, each at one moment, while a server may write to them. The backup is a directory that gets its name
 * once all of it is on the disk; one that was interrupted is named otherwise, and has no manifest.
 *
 * A room that is damaged is left out, and does not keep the others from being backed up.
 *
 * @throws (rejects) BackupError `no-room`
 */
export async function backUp({ directory, out, room, now, onRoom }: BackUpOptions): Promise<FinishedBackup> {
  const listed = room === undefined ? [...listRooms(directory, openBetterSqlite3)] : [find(directory, room)]
  mkdirSync(out, { recursive: true })
  const lock = takeLock(join(out, 'backup.lock'), openBetterSqlite3)
  if (lock === null) throw new Error(`Another backup is being made in ${out}. Nothing was backed up; wait for it.`)
  try {
    for (const name of readdirSync(out)) if (isUnfinished(name)) rmSync(join(out, name), { recursive: true })
    const createdAt = new Date(now()).toISOString()
    const path = join(out, createdAt.replaceAll(':', '-'))
    const unfinished = path + UNFINISHED_SUFFIX
    mkdirSync(join(unfinished, 'rooms'), { recursive: true })
    const rooms: BackedUpRoom[] = []
    const problems: string[] = []
    for (const one of listed) {
      try {
        const copied = await copyRoom(one, unfinished, new Date(now()).toISOString())
        if (copied === null) continue
        rooms.push(copied)
        onRoom?.(copied)
      } catch (error) {
        problems.push(`${one.room ?? 'A room'} is not in the backup: ${one.path} cannot be copied: ${(error as Error).message}`)
      }
    }
    const manifest: Manifest = { format: BACKUP_FORMAT, createdAt, rooms }
    writeDurably(join(unfinished, MANIFEST_FILE), `${JSON.stringify(manifest, null, 2)}\n`)
    flushTree(unfinished)
    renameSync(unfinished, path)
    flush(out)
    return { path, manifest, problems }
  } finally {
    lock.release()
  }
}

/** Others may keep their own in the same place. */
function isUnfinished(name: string): boolean {
  return name.endsWith(UNFINISHED_SUFFIX) && BACKUP_NAME.test(name.slice(0, -UNFINISHED_SUFFIX.length))
}

function find(directory: string, room: string): ListedRoom {
  const found = findRoom(directory, room)
  if (found === undefined) throw new BackupError('no-room', `There is no room "${room}" in ${directory}. Nothing was backed up.`)
  return found
}

/** Null if nothing was ever committed to the room. */
async function copyRoom({ room, path, problem }: ListedRoom, backup: string, at: string): Promise<BackedUpRoom | null> {
  if (problem !== undefined) throw new Error(problem)
  if (room === undefined) return null
  const file = `rooms/${createHash('sha256').update(room).digest('hex')}.db`
  const target = join(backup, file)
  try {
    await backUpBetterSqlite3(path, target)
    const described = describe(target)
    if (described !== null) return { room, file, ...described, at, bytes: statSync(target).size, sha256: await hashFile(target) }
  } catch (error) {
    rmSync(target, { force: true })
    throw error
  }
  rmSync(target)
  return null
}

function describe(copy: string): Pick<BackedUpRoom, 'epoch' | 'version' | 'digest' | 'floor' | 'schema'> | null {
  const driver = openBetterSqlite3(copy, { readonly: true })
  try {
    // A copy of pages copies damaged ones too, and such a backup would be worth nothing when it is needed.
    const check = driver.prepare('PRAGMA quick_check(1)').exact()[0]?.[0]
    if (check !== 'ok') throw new Error(String(check))
    const meta = new RoomMeta(driver)
    const [epoch, digest] = [meta.get('epoch'), meta.get('digest')]
    if (epoch === undefined || digest === undefined) return null
    const schema = { name: meta.get('schemaName') ?? '', version: Number(meta.get('schemaVersion')), hash: meta.get('schemaHash') ?? '' }
    return { epoch, version: Number(meta.get('version') ?? 0), digest, floor: Number(meta.get('floor') ?? 0), schema }
  } finally {
    driver.close()
  }
}
