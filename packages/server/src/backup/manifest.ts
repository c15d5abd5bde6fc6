import { checkRoomName } from '../rooms/room-name.ts'
import { BackupError } from './backup-error.ts'

/** The layout of a backup. One of a later format is not restored from. */
export const BACKUP_FORMAT = 1

/** The file that says what is in a backup. It is written last. */
export const MANIFEST_FILE = 'manifest.json'

/** What a backup is called while it is being made. Nothing is ever restored from one, and the next backup clears it away. */
export const UNFINISHED_SUFFIX = '.unfinished'

/** Such a name, after the time. */
export const UNFINISHED = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}Z\.unfinished$/

/** A room in a backup: a copy of its whole database, with clients, outcomes and log. */
export interface BackedUpRoom {
  readonly room: string
  /** From the backup's directory, with `/`. */
  readonly file: string
  readonly epoch: string
  readonly version: number
  readonly digest: string
  /** The copy's log has all changes after this version. */
  readonly floor: number
  readonly schema: { readonly name: string; readonly version: number; readonly hash: string }
  /** All that was committed before is in it: milliseconds since 1970, as an ISO time. */
  readonly at: string
  readonly bytes: number
  readonly sha256: string
}

/** What a backup says of itself. */
export interface Manifest {
  readonly format: typeof BACKUP_FORMAT
  readonly createdAt: string
  readonly rooms: readonly BackedUpRoom[]
}

/**
 * Reads a manifest's text.
 *
 * @throws BackupError `no-backup` if it is none that this release reads
 */
export function parseManifest(text: string): Manifest {
  const manifest = parseJson(text)
  if (!isObject(manifest) || !('format' in manifest)) throw unreadable('it is no manifest of a backup')
  if (manifest.format !== BACKUP_FORMAT)
    throw unreadable(`it has format ${JSON.stringify(manifest.format)}, and this release reads ${BACKUP_FORMAT}`)
  if (!isTime(manifest.createdAt) || !Array.isArray(manifest.rooms)) throw unreadable('it lacks its time or its rooms')
  for (const room of manifest.rooms) checkRoom(room)
  return manifest as unknown as Manifest
}

function checkRoom(room: unknown): void {
  if (!isObject(room) || typeof room.room !== 'string') throw unreadable('a room in it has no name')
  checkRoomName(room.room)
  const { file, epoch, version, digest, floor, schema, at, bytes, sha256 } = room
  const isWhole =
    typeof file === 'string' &&
    // It is joined to a directory's path.
    /^rooms\/[0-9a-f]{64}\.db$/.test(file) &&
    typeof epoch === 'string' &&
    isCount(version) &&
    typeof digest === 'string' &&
    isCount(floor) &&
    isObject(schema) &&
    isTime(at) &&
    isCount(bytes) &&
    typeof sha256 === 'string'
  if (!isWhole) throw unreadable(`what it says of the room "${room.room}" is not whole`)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw unreadable('it is no JSON')
  }
}

function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function isTime(value: unknown): value is string {
  return typeof value === 'string' && !Number.isNaN(Date.parse(value))
}

function unreadable(why: string): BackupError {
  return new BackupError('no-backup', `The backup's ${MANIFEST_FILE} cannot be used: ${why}. Nothing was restored.`)
}
