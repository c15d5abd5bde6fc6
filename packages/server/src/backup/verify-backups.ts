import { existsSync } from 'node:fs'
import type { Schema } from '@savepoint/core'
import { BackupError } from './backup-error.ts'
import { hashFile } from './durable-files.ts'
import { type RoomCopy, readBackups } from './read-backups.ts'
import { type RoomFindings, verifyRoom } from './verify-room.ts'

/**
 * Checks every copy in a directory of backups, or in one backup: that its file is as it was written, and that it is sound.
 *
 * @throws (rejects) BackupError `no-backup` or `no-room` if there is nothing to check
 */
export async function* verifyBackups(from: string, room: string | undefined, schema: Schema): AsyncGenerator<RoomFindings> {
  const copies = readBackups(from).filter((copy) => room === undefined || copy.room === room)
  if (room !== undefined && copies.length === 0) throw new BackupError('no-room', `No backup in ${from} has the room "${room}".`)
  for (const [i, copy] of copies.entries()) {
    const changed = await changedFile(copy)
    const older = copies.slice(0, i).filter((one) => one.room === copy.room && one.epoch === copy.epoch && one.version >= copy.floor)
    const found = await verifyRoom({ room: copy.room, path: copy.path, schema, base: older.at(-1) })
    yield {
      ...found,
      room: `${copy.room} (backup of ${copy.at})`,
      problems: changed === null ? found.problems : [changed, ...found.problems],
    }
  }
}

async function changedFile({ path, sha256 }: RoomCopy): Promise<string | null> {
  if (!existsSync(path)) return `The file ${path} is missing.`
  return (await hashFile(path)) === sha256 ? null : `The file ${path} is not as it was written: its SHA-256 is another.`
}
