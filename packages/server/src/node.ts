import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type ServerType, serve } from '@hono/node-server'
import type { MutatorDefinitions } from '@savepoint/core'
import { openBetterSqlite3 } from '@savepoint/sqlite/better-sqlite3'
import { nanoid } from 'nanoid'
import { createSavepointServer, type ServerDefinition } from './create-server.ts'
import { BEAT_MS } from './doors/beat.ts'
import { acceptSockets } from './node/accept-sockets.ts'
import { lockDirectory } from './node/directory-lock.ts'
import { roomFile, roomPaths } from './node/room-files.ts'
import type { RoomWorld } from './room/room-engine.ts'
import type { RoomStorage } from './room/room-storage.ts'
import { ROOM_IDLE_MS } from './rooms/rooms.ts'
import { SnapshotFiles } from './snapshot/snapshot-files.ts'
import { SnapshotThread } from './snapshot/snapshot-thread.ts'

export interface StartServerOptions<D extends MutatorDefinitions = MutatorDefinitions> extends ServerDefinition<D> {
  /** Where the rooms' files go. One server at a time. */
  readonly directory: string
  /** Default 8080; 0 takes any that is free. */
  readonly port?: number
  /** Default: all interfaces. */
  readonly hostname?: string
  /** In place of the system's clock, timers and chance. */
  readonly world?: Partial<RoomWorld>
}

export interface RunningServer {
  readonly url: string
  readonly port: number
  /** Takes in no more, finishes what was pushed, tells everyone, and closes the rooms. */
  close(): Promise<void>
}

/**
 * Starts a server: rooms as SQLite files in a directory, doors on a port.
 *
 * @throws Error if the port or the directory is in use.
 * @example
 * const server = await startServer({ schema, mutators, directory: './data', port: 8080 })
 */
export async function startServer<D extends MutatorDefinitions>(options: StartServerOptions<D>): Promise<RunningServer> {
  const { directory, port = 8080, hostname } = options
  const lock = lockDirectory(directory, openBetterSqlite3)
  const thread = new SnapshotThread()
  const server = createSavepointServer(options, {
    world: { ...systemWorld, ...options.world },
    storageOf: (room) => fileStorage(roomPaths(directory, room).database),
    snapshots: new SnapshotFiles({ thread, pathsOf: (room) => roomPaths(directory, room) }),
  })
  const sweep = setInterval(() => void server.rooms.sweep(), ROOM_IDLE_MS / 2)
  sweep.unref()
  const beat = setInterval(() => server.beat(), BEAT_MS)
  beat.unref()
  let http: ServerType
  try {
    http = await listen(server.app.fetch, port, hostname)
  } catch (error) {
    clearInterval(sweep)
    clearInterval(beat)
    lock.release()
    throw error
  }
  const sockets = acceptSockets(http as Server, server, options.origins)
  let closing: Promise<void> | undefined
  const { port: actual } = http.address() as AddressInfo
  return {
    url: `http://localhost:${actual}`,
    port: actual,
    close() {
      closing ??= close()
      return closing
    },
  }

  async function close(): Promise<void> {
    clearInterval(sweep)
    clearInterval(beat)
    const stopped = new Promise<void>((resolve) => http.close(() => resolve()))
    await server.close()
    sockets.close()
    ;(http as Server).closeAllConnections()
    await stopped
    await thread.close()
    lock.release()
  }
}

/** A room's database as a file, driven by better-sqlite3. */
export function fileStorage(path: string): RoomStorage {
  return roomFile(path, openBetterSqlite3)
}

/** The system's clock, timers and chance. */
export const systemWorld: RoomWorld = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  id: () => nanoid(),
  schedule: (task) => void setImmediate(task),
}

function listen(
  fetch: (request: Request) => Response | Promise<Response>,
  port: number,
  hostname: string | undefined,
): Promise<ServerType> {
  return new Promise((resolve, reject) => {
    const http = serve({ fetch, port, ...(hostname === undefined ? {} : { hostname }) }, () => {
      http.off('error', reject)
      resolve(http)
    })
    http.once('error', reject)
  })
}
