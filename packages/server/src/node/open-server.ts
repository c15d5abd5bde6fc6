import { existsSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import type { Duplex } from 'node:stream'
import { pathToFileURL } from 'node:url'
import { getRequestListener, type HttpBindings } from '@hono/node-server'
import type { MutatorDefinitions } from '@savepoint/core'
import { openBetterSqlite3 } from '@savepoint/sqlite/better-sqlite3'
import type { Hono } from 'hono'
import {
  createSavepointServer,
  type DoorsDefinition,
  type SavepointServer,
  type ServerDefinition,
  type ServerPlatform,
  type ServerWorld,
  serveRooms,
  watchServer,
} from '../create-server.ts'
import { BEAT_MS } from '../doors/beat.ts'
import { type Limits, readLimits, TIMER_MS_MAX } from '../limits.ts'
import { NodeWatch, type NodeWatchOptions } from '../operations/node-watch.ts'
import type { RoomStorage } from '../room/room-storage.ts'
import { ROOM_IDLE_MS } from '../rooms/rooms.ts'
import { SnapshotFiles } from '../snapshot/snapshot-files.ts'
import { SnapshotThread } from '../snapshot/snapshot-thread.ts'
import { ThreadRooms } from '../threads/thread-rooms.ts'
import { acceptSockets } from './accept-sockets.ts'
import { checkDisk } from './check-disk.ts'
import { systemWorld } from './clock.ts'
import { lockDirectory } from './directory-lock.ts'
import { DiskWatch } from './disk-watch.ts'
import { roomFile, roomPaths } from './room-files.ts'

/** Milliseconds that one mutator may run: a hundred times what a large one takes, and as long as its neighbours can be kept waiting. */
const MUTATOR_MS_MAX = 2000

/** Between two looks at how much of the disk is free, in milliseconds. At 50 MB/s, the standard mark is used up in as long. */
const DISK_LOOK_MS = 5000

/** Where a server keeps its rooms. */
interface PlaceOptions extends NodeWatchOptions {
  /** Where the rooms' files go. One server at a time. */
  readonly directory: string
  /** How long to wait, in milliseconds, for another server to leave the directory, as in a deploy. Default 0: not at all. */
  readonly directoryWaitMs?: number
  /**
   * Whose request it is, by which connections are counted, where a proxy brings everybody: what the proxy says in a header, say. Undefined
   * is not counted. Default: the address at the other end.
   */
  readonly addressOf?: (request: Request) => string | undefined
}

/** A server whose rooms run in the thread that opens it: simple, but a mutator that does not end stops it all. */
export interface OpenServerOptions<D extends MutatorDefinitions = MutatorDefinitions> extends ServerDefinition<D>, PlaceOptions {
  /** In place of the system's clock, timers and chance. */
  readonly world?: Partial<ServerWorld>
}

/** A server whose rooms run in threads of their own, which are ended and replaced where a mutator does not end. */
export interface OpenThreadedServerOptions extends DoorsDefinition, PlaceOptions {
  /** The address of a module that exports `app`, made with `defineApp`: `new URL('./app.js', import.meta.url)`. */
  readonly app: URL | string
  /** In place of the app's own. */
  readonly retention?: { readonly versions: number }
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

/** Where in another server the doors are. */
interface MountOptions {
  /** The path before them: `/sync` for `/sync/rooms/…`. Default: none. */
  readonly path?: string
}

/** A server that listens nowhere: another one hands it what is for its doors. */
export interface OpenServer extends Pick<SavepointServer, 'recheck'> {
  /** The doors as a Hono app, for one that routes to it: `app.route('/sync', savepoint.app)`. */
  readonly app: Hono
  /**
   * Answers a request of Node's `http`, of Express or of Fastify. What is for none of the doors, or not under the path, goes to `next`, if
   * there is one. The body must not have been read.
   */
  handle(request: IncomingMessage, response: ServerResponse, next?: () => void): void
  /** Takes a request for a WebSocket over. False if it is for none of the doors: then nothing was done with it. */
  upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): boolean
  /** Takes in no more, finishes what was pushed, tells everyone, and closes the rooms. */
  close(): Promise<void>
}

/** Paths that have a door. */
const DOORS = /^\/(rooms\/|(healthz|readyz|openapi\.json)(\?|$))/

/** Paths that have a door for who runs the server. */
const METRICS = /^\/metrics(\?|$)/
const ADMIN = /^\/admin([/?]|$)/

/**
 * Opens a server inside another: rooms as SQLite files in a directory, doors that the other server leads to. Given the address of the
 * app's module, it runs the rooms in threads; given the schema and mutators themselves, in this one.
 *
 * @throws Error if the directory is in use; what the app's module throws; TypeError if an option cannot be.
 * @example
 * const savepoint = await openServer({ schema, mutators, directory: './data', path: '/sync' })
 * const http = createServer((request, response) => savepoint.handle(request, response))
 * http.on('upgrade', (request, stream, head) => savepoint.upgrade(request, stream, head) || stream.destroy())
 */
export async function openServer<D extends MutatorDefinitions>(
  options: (OpenServerOptions<D> | OpenThreadedServerOptions) & MountOptions,
): Promise<OpenServer> {
  const { directory, directoryWaitMs, origins, addressOf = otherEndOf, path = '' } = options
  if (!/^(\/[^/?#]+)*$/.test(path)) throw new TypeError(`path: "${path}" is not a path like "/sync"`)
  const limits = readLimits(options.limits)
  const lock = await lockDirectory(directory, openBetterSqlite3, directoryWaitMs)
  const thread = new SnapshotThread()
  let watch: NodeWatch
  let server: SavepointServer
  try {
    watch = new NodeWatch(options)
    server = await makeServer({ ...options, onEvent: watch.onEvent }, limits, {
      hasRoom: (room) => existsSync(roomPaths(directory, room).database),
      snapshots: new SnapshotFiles({ thread, pathsOf: (room) => roomPaths(directory, room) }),
      addressOf,
      checkDisk: () => checkDisk(directory),
      ...(watch.metrics && { metrics: watch.metrics }),
    })
  } catch (error) {
    lock.release()
    throw error
  }
  const { tell } = server
  const disk = new DiskWatch({
    free: () => freeBytesOf(directory),
    mark: limits.diskFreeBytes,
    changed(isLow, freeBytes) {
      server.rooms.refusePushes(isLow ? { code: 'unavailable', message: DISK_LOW } : null)
      tell({ event: isLow ? 'disk-low' : 'disk-roomy', freeBytes })
    },
  })
  try {
    await disk.look()
    await watch.start(server.rooms)
  } catch (error) {
    await server.close()
    await watch.close()
    lock.release()
    throw error
  }
  const timers = [
    setInterval(() => void server.rooms.sweep(), ROOM_IDLE_MS / 2),
    setInterval(() => server.beat(), BEAT_MS),
    setInterval(() => void disk.look().catch((error: unknown) => tell({ event: 'request-failed', error })), DISK_LOOK_MS),
  ]
  for (const timer of timers) timer.unref()
  const sockets = acceptSockets(server, { origins, addressOf })
  // The other server's own objects are to stay as they are.
  const answer = getRequestListener(server.app.fetch, { overrideGlobalObjects: false })
  /** What is not there for this server is the other server's own. */
  const hasDoor = (url: string) =>
    DOORS.test(url) || (watch.metrics !== undefined && METRICS.test(url)) || (options.admin !== undefined && ADMIN.test(url))
  let closing: Promise<void> | undefined
  const isUnder = (url = '/') => path === '' || url.startsWith(`${path}/`)
  /** The address without the path before the doors, which Express takes away itself. */
  const within = (url = '/') => (isUnder(url) ? url.slice(path.length) : url)

  async function close(): Promise<void> {
    for (const timer of timers) clearInterval(timer)
    await server.close()
    sockets.close()
    await thread.close()
    await watch.close()
    lock.release()
  }

  return {
    app: server.app,
    recheck: (which) => server.recheck(which),
    handle(request: IncomingMessage & { readonly originalUrl?: string }, response, next) {
      const url = within(request.url)
      const isOurs = isUnder(request.originalUrl ?? request.url) && hasDoor(url)
      if (next !== undefined && !isOurs) return next()
      request.url = url
      void answer(request, response)
    },
    upgrade(request, stream, head) {
      return isUnder(request.url) && sockets.upgrade(request, within(request.url), stream, head)
    },
    close() {
      closing ??= close()
      return closing
    },
  }
}

/** A room's database as a file, driven by better-sqlite3. */
export function fileStorage(path: string): RoomStorage {
  return roomFile(path, openBetterSqlite3)
}

async function makeServer<D extends MutatorDefinitions>(
  options: OpenServerOptions<D> | OpenThreadedServerOptions,
  limits: Limits,
  doors: Pick<ServerPlatform, 'hasRoom' | 'snapshots' | 'checkDisk' | 'metrics'> & Required<Pick<ServerPlatform, 'addressOf'>>,
): Promise<SavepointServer> {
  if (!('app' in options)) {
    return createSavepointServer(options, {
      world: { ...systemWorld, ...options.world },
      storageOf: (room) => fileStorage(roomPaths(options.directory, room).database),
      ...doors,
    })
  }
  const stray = ['schema', 'mutators', 'serverMutators', 'afterCommit', 'world'].find((name) => name in options)
  if (stray !== undefined)
    throw new TypeError(`${stray} and app were both given. With app, rooms run in threads, and what they need is exported by its module.`)
  const { app, directory, retention, threads = availableParallelism(), mutatorMsMax = MUTATOR_MS_MAX, threadHeapMbMax } = options
  for (const [name, value] of Object.entries({ threads, mutatorMsMax, ...(threadHeapMbMax !== undefined && { threadHeapMbMax }) }))
    if (!(Number.isSafeInteger(value) && value > 0 && value <= TIMER_MS_MAX))
      throw new TypeError(`${name}: ${String(value)} is not a whole number from 1 to ${TIMER_MS_MAX}`)
  const watch = watchServer(options, { ...doors, world: systemWorld })
  const rooms = await ThreadRooms.start({
    app: String(app instanceof URL ? app : pathToFileURL(resolve(app))),
    directory: resolve(directory),
    threads,
    mutatorMsMax,
    heapMbMax: threadHeapMbMax,
    ...(retention && { retention }),
    limits,
    elapsed: systemWorld.elapsed,
    onEvent: watch.onEvent,
  })
  return serveRooms(rooms, { ...doors, world: systemWorld }, { definition: options, limits, watch })
}

/** The other end of the connection that a request came by, which Node's servers tell along with it. */
function otherEndOf(_: Request, environment?: unknown): string | undefined {
  return (environment as Partial<HttpBindings> | undefined)?.incoming?.socket.remoteAddress
}

/** For whoever may use it: some file systems keep a part for the system. */
async function freeBytesOf(directory: string): Promise<number> {
  const { bavail, bsize } = await statfs(directory)
  return bavail * bsize
}

const DISK_LOW = 'The server’s disk is nearly full, so it takes no changes for now. What is pending is kept, and sent when there is room.'
