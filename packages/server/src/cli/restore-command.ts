import { resolve } from 'node:path'
import { restore } from '../backup/restore.ts'
import { systemWorld } from '../node.ts'
import type { RestoreCommand } from './command-line.ts'
import type { ServerConfig } from './config.ts'
import { loadApp } from './load-app.ts'

/** Restores rooms, and tells of it. Returns the exit code. */
export async function restoreCommand({ from, room, point, force }: RestoreCommand, { app, directory }: ServerConfig): Promise<number> {
  const {
    app: { schema },
  } = await loadApp(app)
  const restored = await restore({
    from: resolve(from),
    directory,
    schema,
    force,
    now: systemWorld.now,
    id: systemWorld.id,
    onRoom: ({ room: name, version, base, log, aside }) => {
      const way = log === null ? '' : ` (${base === null ? 'from the start' : `from version ${base.version}`}, by the log of ${log.at})`
      console.log(`${name}: version ${version}${way}${aside === undefined ? '' : `; what was there is kept in ${aside}`}`)
    },
    ...(room !== undefined && { room }),
    ...(point !== undefined && { point }),
  })
  const { length } = restored
  console.log(`${length} ${length === 1 ? 'room' : 'rooms'} restored to ${directory}, each with a new epoch; clients keep what is pending`)
  return 0
}
