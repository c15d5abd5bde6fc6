import { existsSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type ServerType, serve } from '@hono/node-server'
import type { MutatorDefinitions } from '@savepoint/core'
import { openBetterSqlite3 } from '@savepoint/sqlite/better-sqlite3'
import {
  createSavepointServer,
  type DoorsDefinition,
  listenerOf,
  type SavepointServer,
  type ServerDefinition,
  type ServerPlatform,
  type ServerWorld,
  serveRooms,
} from './create-server.ts'
import { type Limits, readLimits } from './limits.ts'
import { acceptSockets } from './node/accept-sockets.ts'
import { systemWorld } from './node/clock.ts'
import { lockDirectory } from './node/directory-lock.ts'
import { DiskWatch } from './node/disk-watch.ts'
import { roomFile, roomPaths } from './node/room-files.ts'
import type { RoomStorage } from './room/room-storage.ts'
import { ROOM_IDLE_MS } from './rooms/rooms.ts'
import { SnapshotFiles } from './snapshot/snapshot-files.ts'
import { SnapshotThread } from './snapshot/snapshot-thread.ts'
import { ThreadRooms } from './threads/thread-rooms.ts'

export { systemWorld }

/** Where a server listens, if nothing else is said. */
export const PORT_DEFAULT = 8080

/** Milliseconds that one mutator may run: a hundred times what a large one takes, and as long as its neighbours can be kept waiting. */
const MUTATOR_MS_MAX = 2000

/** Between two looks at how much of the disk is free, in milliseconds. At 50 MB/s, the standard mark is used up in as long. */
const DISK_LOOK_MS = 5000

/** Where a server keeps its rooms, and where it listens. */
interface PlaceOptions {
  /** Where the rooms' files go. One server at a time. */
  readonly directory: string
  /** How long to wait, in milliseconds, for another server to leave the directory, as in a deploy. Default 0: not at all. */
  readonly directoryWaitMs?: number
  /** Default {@link PORT_DEFAULT}; 0 takes any that is free. */
  readonly port?: number
  /** Default: all interfaces. */
  readonly hostname?: string
  /**
   * Whose request it is, by which connections are counted, where a proxy brings everybody: what the proxy says in a header, say. Undefined
   * is not counted. Default: the address at the other end.
   */
  readonly addressOf?: (request: Request) => string | undefined
}

/** A server whose rooms run in the thread that starts it: simple, but a mutator that does not end stops it all. */
export interface StartServerOptions<D extends MutatorDefinitions = MutatorDefinitions> extends ServerDefinition<D>, PlaceOptions {
  /** In place of the system's clock, timers and chance. */
  readonly world?: Partial<ServerWorld>
}

/** A server whose rooms run in threads of their own, which are ended and replaced where a mutator does not end. */
export interface StartThreadedServerOptions extends DoorsDefinition, PlaceOptions {
  /** The address of a module that exports `app`, made with `defineApp`: `new URL('./app.js', import.meta.url)`. */
  readonly app: URL | string
  /** Threads that rooms are spread over. Default: as many as the machine has cores. */
  readonly threads?: number
  /**
   * How long one mutator, or the work after one commit, may run, in milliseconds; what runs longer is ended with its thread, and a
   * mutation rejected with the code `timeout`. Default 2000.
   */
  readonly mutatorMsMax?: number
  /** Megabytes of JavaScript objects in a thread, which is replaced when it needs more. Default: Node's. */
  readonly threadHeapMbMax?: number
}

export interface RunningServer extends Pick<SavepointServer, 'recheck'> {
  readonly url: string
  readonly port: number
  /** Takes in no more, finishes what was pushed, tells everyone, and closes the rooms. */
  close(): Promise<void>
}

/**
 * Starts a server: rooms as SQLite files in a directory, doors on a port. Given the address of the app's module, it runs the rooms in
 * threads; given the schema and mutators themselves, in this one.
 *
 * @throws Error if the port or the directory is in use; what the app's module throws; TypeError if an option cannot be.
 * @example
 * const server = await startServer({ schema, mutators, directory: './data', port: 8080 })
 * const threaded = await startServer({ app: new URL('./app.js', import.meta.url), directory: './data2', port: 8081 })
 */
export async function startServer<D extends MutatorDefinitions>(
  options: StartServerOptions<D> | StartThreadedServerOptions,
): Promise<RunningServer> {
  const { directory, directoryWaitMs, port = PORT_DEFAULT, hostname, origins, addressOf } = options
  const limits = readLimits(options.limits)
  const lock = await lockDirectory(directory, openBetterSqlite3, directoryWaitMs)
  const thread = new SnapshotThread()
  let server: SavepointServer
  try {
    server = await makeServer(options, limits, {
      hasRoom: (room) => existsSync(roomPaths(directory, room).database),
      snapshots: new SnapshotFiles({ thread, pathsOf: (room) => roomPaths(directory, room) }),
    })
  } catch (error) {
    lock.release()
    throw error
  }
  const tell = listenerOf(options)
  const disk = new DiskWatch({
    free: () => freeBytesOf(directory),
    mark: limits.diskFreeBytes,
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
    await server.close()
    lock.release()
    throw error
  }
  const sockets = acceptSockets(http as Server, server, { origins, addressOf, connectionsPerAddress: limits.connectionsPerAddress })
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

async function makeServer<D extends MutatorDefinitions>(
  options: StartServerOptions<D> | StartThreadedServerOptions,
  limits: Limits,
  files: Pick<ServerPlatform, 'hasRoom' | 'snapshots'>,
): Promise<SavepointServer> {
  if (!('app' in options)) {
    return createSavepointServer(options, {
      world: { ...systemWorld, ...options.world },
      storageOf: (room) => fileStorage(roomPaths(options.directory, room).database),
      ...files,
    })
  }
  const stray = ['schema', 'mutators', 'serverMutators', 'afterCommit', 'retention', 'world'].find((name) => name in options)
  if (stray !== undefined)
    throw new TypeError(`${stray} and app were both given. With app, rooms run in threads, and what they need is exported by its module.`)
  const { app, directory, threads = availableParallelism(), mutatorMsMax = MUTATOR_MS_MAX, threadHeapMbMax } = options
  for (const [name, value] of Object.entries({ threads, mutatorMsMax, ...(threadHeapMbMax !== undefined && { threadHeapMbMax }) }))
    if (!(Number.isSafeInteger(value) && value > 0)) throw new TypeError(`${name}: ${String(value)} is not a whole number above 0`)
  const onEvent = listenerOf(options)
  const rooms = await ThreadRooms.start({
    app: String(app instanceof URL ? app : pathToFileURL(resolve(app))),
    directory: resolve(directory),
    threads,
    mutatorMsMax,
    heapMbMax: threadHeapMbMax,
    limits,
    elapsed: systemWorld.elapsed,
    onEvent,
  })
  return serveRooms(rooms, { ...files, world: systemWorld }, { definition: options, limits, onEvent })
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
