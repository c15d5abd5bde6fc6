import { resolve } from 'node:path'
import { backUp } from '../backup/back-up.ts'
import { systemWorld } from '../node.ts'
import { checkDirectory } from './check-directory.ts'
import type { BackupCommand } from './command-line.ts'
import type { ServerConfig } from './config.ts'
import { readable } from './readable.ts'

/** Makes a backup, and tells of it. Returns the exit code. */
export async function backupCommand({ out, room }: BackupCommand, { directory }: ServerConfig): Promise<number> {
  checkDirectory(directory)
  const { path, manifest, problems } = await backUp({
    directory,
    out: resolve(out),
    now: systemWorld.now,
    onRoom: ({ room: name, version, bytes }) => console.log(`${name}: version ${version}, ${readable(bytes)}`),
    ...(room !== undefined && { room }),
  })
  for (const problem of problems) console.error(problem)
  const bytes = manifest.rooms.reduce((sum, one) => sum + one.bytes, 0)
  const { length } = manifest.rooms
  console.log(`${length} ${length === 1 ? 'room' : 'rooms'}, ${readable(bytes)}, backed up to ${path}`)
  return problems.length === 0 ? 0 : 1
}
