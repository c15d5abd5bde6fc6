import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { BackupError } from './backup-error.ts'
import { type BackedUpRoom, MANIFEST_FILE, type Manifest, parseManifest, UNFINISHED_SUFFIX } from './manifest.ts'

/** A copy of a room, with the path of its file. */
export interface RoomCopy extends BackedUpRoom {
  readonly path: string
}

/**
 * All copies in a directory of backups, or in a single backup, from the oldest to the newest. What is no whole backup is passed over.
 *
 * @throws BackupError `no-backup` if there is none, or one cannot be read
 */
export function readBackups(from: string): readonly RoomCopy[] {
  const backups = existsSync(join(from, MANIFEST_FILE)) ? [read(from)] : list(from).map((name) => read(join(from, name)))
  if (backups.length === 0)
    throw new BackupError(
      'no-backup',
      `There is no backup in ${from}, nor is it one: a whole backup has a ${MANIFEST_FILE}. Nothing was restored.`,
    )
  return backups
    .flatMap(({ path, manifest }) => manifest.rooms.map((room) => ({ ...room, path: join(path, room.file) })))
    .sort((a, b) => Date.parse(a.at) - Date.parse(b.at))
}

function list(from: string): string[] {
  if (!existsSync(from)) return []
  return readdirSync(from).filter((name) => !name.endsWith(UNFINISHED_SUFFIX) && existsSync(join(from, name, MANIFEST_FILE)))
}

function read(path: string): { path: string; manifest: Manifest } {
  return { path, manifest: parseManifest(readFileSync(join(path, MANIFEST_FILE), 'utf8')) }
}
