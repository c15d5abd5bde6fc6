import { existsSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type ServerType, serve } from '@hono/node-server'
import type { MutatorDefinitions } from '@savepoint/core'
import { openBetterSqlite3 } from '@savepoint/sqlite/better-sqlite3'
import { nanoid } from 'nanoid'
import { createSavepointServer, type SavepointServer, type ServerDefinition, type ServerWorld } from './create-server.ts'
import { readLimits } from './limits.ts'
import { acceptSockets } from './node/accept-sockets.ts'
import { lockDirectory } from './node/directory-lock.ts'
import { DiskWatch } from './node/disk-watch.ts'
import { roomFile, roomPaths } from './node/room-files.ts'
import type { RoomStorage } from './room/room-storage.ts'
import type { ServerEvent } from './room/server-event.ts'
import { ROOM_IDLE_MS } from './rooms/rooms.ts'
import { SnapshotFiles } from './snapshot/snapshot-files.ts'
import { SnapshotThread } from './snapshot/snapshot-thread.ts'

/** Between two looks at how much of the disk is free, in milliseconds. At 50 MB/s, the standard mark is used up in as long. */
const DISK_LOOK_MS = 5000

export interface StartServerOptions<D extends MutatorDefinitions = MutatorDefinitions> extends ServerDefinition<D> {
  /** Where the rooms' files go. One server at a time. */
  readonly directory: string
  /** Default 8080; 0 takes any that is free. */
  readonly port?: number
  /** Default: all interfaces. */
  readonly hostname?: string
  /**
   * Whose request it is, by which connections are counted, where a proxy brings everybody: what the proxy says in a header, say. Undefined
   * is not counted. Default: the address at the other end.
   */
  readonly addressOf?: (request: Request) => string | undefined
  /** In place of the system's clock, timers and chance. */
  readonly world?: Partial<ServerWorld>
}

export interface RunningServer extends Pick<SavepointServer, 'recheck'> {
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
  const { directory, port = 8080, hostname, origins, addressOf } = options
  const { connectionsPerAddress, diskFreeBytes } = readLimits(options.limits)
  const lock = lockDirectory(directory, openBetterSqlite3)
  const thread = new SnapshotThread()
  const server = createSavepointServer(options, {
    world: { ...systemWorld, ...options.world },
    storageOf: (room) => fileStorage(roomPaths(directory, room).database),
    hasRoom: (room) => existsSync(roomPaths(directory, room).database),
    snapshots: new SnapshotFiles({ thread, pathsOf: (room) => roomPaths(directory, room) }),
  })
  const tell = (event: ServerEvent) => {
    try {
      options.onEvent?.(event)
    } catch {
      // A log that fails must not take the server with it.
    }
  }
  const disk = new DiskWatch({
    free: () => freeBytesOf(directory),
    mark: diskFreeBytes,
    changed(isLow, freeBytes) {
      server.rooms.refusePushes(isLow ? { code: 'unavailable', message: DISK_LOW } : null)
      tell({ event: isLow ? 'disk-low' : 'disk-roomy', freeBytes })
    },
  })
  const sweep = setInterval(() => void server.rooms.sweep(), ROOM_IDLE_MS / 2)
  sweep.unref()
  const looks = setInterval(() => void disk.look().catch((error: unknown) => tell({ event: 'request-failed', error })), DISK_LOOK_MS)
  looks.unref()
  let http: ServerType
  try {
    await disk.look()
    http = await listen(server.app.fetch, port, hostname)
  } catch (error) {
    clearInterval(sweep)
    clearInterval(looks)
    lock.release()
    throw error
  }
  const sockets = acceptSockets(http as Server, server, { origins, connectionsPerAddress, addressOf })
  let closing: Promise<void> | undefined
  const { port: actual } = http.address() as AddressInfo
  return {
    url: `http://localhost:${actual}`,
    port: actual,
    recheck: (which) => server.recheck(which),
    close() {
      closing ??= close()
      return closing
    },
  }

  async function close(): Promise<void> {
    clearInterval(sweep)
    clearInterval(looks)
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
export const systemWorld: ServerWorld = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  id: () => nanoid(),
  schedule: (task) => void setImmediate(task),
  after(ms, task) {
    const timer = setTimeout(task, ms)
    timer.unref()
    return () => clearTimeout(timer)
  },
}

/** For whoever may use it: some file systems keep a part for the system. */
async function freeBytesOf(directory: string): Promise<number> {
  const { bavail, bsize } = await statfs(directory)
  return bavail * bsize
}

const DISK_LOW = 'The server’s disk is nearly full, so it takes no changes for now. What is pending is kept, and sent when there is room.'

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
