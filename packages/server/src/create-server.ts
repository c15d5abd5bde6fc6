import type { MutatorDefinitions } from '@savepoint/core'
import type { Hono } from 'hono'
import { roomOptionsOf, type ServerApp } from './define-app.ts'
import { createApp } from './doors/app.ts'
import type { Authorize } from './doors/authorize.ts'
import { Beat } from './doors/beat.ts'
import { changesDoor } from './doors/changes-door.ts'
import type { Origins } from './doors/check-origin.ts'
import { createDoor } from './doors/create-door.ts'
import { Entrance, type WhichLines } from './doors/entrance.ts'
import { eventsDoor } from './doors/events-door.ts'
import { HttpLines } from './doors/http-lines.ts'
import { openLineDoor, postLineDoor } from './doors/line-doors.ts'
import { mutationsDoor } from './doors/mutations-door.ts'
import { openSocket } from './doors/open-socket.ts'
import { snapshotDoor } from './doors/snapshot-door.ts'
import { type Limits, readLimits, roomLimitsOf } from './limits.ts'
import { EmbeddedLog } from './log/embedded-log.ts'
import { type MetricsText, operationsApp } from './operations/operations-app.ts'
import { Readiness } from './operations/readiness.ts'
import { RecentErrors } from './operations/recent-errors.ts'
import type { RoomWorld } from './room/room-engine.ts'
import type { RoomConnection, RoomSocket } from './room/room-socket.ts'
import type { OpenRoomLog, RoomStorage } from './room/room-storage.ts'
import type { ServerEvent } from './room/server-event.ts'
import type { RoomHost } from './rooms/room-host.ts'
import { Rooms } from './rooms/rooms.ts'
import type { Snapshots } from './snapshot/snapshots.ts'

/** What an app says of its server's doors. */
export interface DoorsDefinition {
  /** Default: everyone may read, push and create rooms, as nobody in particular; nobody sees the server's own page. */
  readonly authorize?: Authorize
  /**
   * Origins whose pages may read and connect, such as `https://app.example`, besides the server's own, which is the default; `*` for
   * all, where tokens and not cookies say who someone is.
   */
  readonly origins?: Origins
  /** Answers requests that are for none of the doors: the app's pages, or doors of its own. Default: 404. */
  readonly otherwise?: (request: Request) => Response | Promise<Response>
  /** What the server takes on, and from whom, where that is to differ from {@link LIMITS}. */
  readonly limits?: Partial<Limits>
  /** Told what happens, for logs and figures; one or several. What they throw is ignored. */
  readonly onEvent?: ServerListener | readonly ServerListener[]
  /** Gives the server a page of its own, `GET /admin`, for whom `authorize` calls an admin. Default: there is none. */
  readonly admin?: {
    /** Also show arguments of mutations and what rejections say, which may hold what users have written. Default: no. */
    readonly showArguments?: boolean
  }
}

/** Who is told what happens on a server. */
export type ServerListener = (event: ServerEvent) => void

/** What an app says of its server, wherever it runs. */
export interface ServerDefinition<D extends MutatorDefinitions = MutatorDefinitions> extends ServerApp<D>, DoorsDefinition {}

/** What a server is told of the world. */
export interface ServerWorld extends RoomWorld {
  /** Runs a task when so many milliseconds have passed. Returns what cancels it. */
  after(ms: number, task: () => void): () => void
}

/** What a server runs on: files or memory, a clock, chance. */
export interface ServerPlatform {
  readonly world: ServerWorld
  readonly storageOf: (room: string) => RoomStorage
  /** Whether there is such a room: who reaches for one that there is not has to be allowed to create it. */
  readonly hasRoom: (room: string) => boolean | Promise<boolean>
  readonly snapshots: Snapshots
  /** Default: the log in the room's own database. */
  readonly openLog?: OpenRoomLog
  /** Throws (rejects) if nothing can be written: the server is not ready then. */
  readonly checkDisk?: () => Promise<void>
  /** What `GET /metrics` answers to admins. Default: there is no such door. */
  readonly metrics?: MetricsText
  /**
   * From where a request comes, by which open connections are counted; the second is what the app's `fetch` was given besides the
   * request. Default: not known, and not counted.
   */
  readonly addressOf?: (request: Request, environment: unknown) => string | undefined
}

/** A server without its listener. */
export interface SavepointServer {
  /** Answers HTTP requests; mount it where you like. */
  readonly app: Hono
  readonly rooms: RoomHost
  /**
   * Takes a client's line, which says who it is and is let into the room, or is refused on the line.
   * @param address from where it comes, by which connections are counted
   */
  connect(request: Request, room: string, socket: RoomSocket, address?: string): RoomConnection
  /**
   * Asks `authorize` again about lines that were let in: all of them, those of an identity, or those in a room. One of which it says
   * something else now is ended, and comes back with a fresh token, or is refused. To be called when somebody's rights have changed.
   */
  recheck(which?: WhichLines): Promise<void>
  /** Keeps streams of events alive, and ends lines of which nothing is heard. To be called every {@link BEAT_MS}. */
  beat(): void
  /** Tells everyone who listens to this server: for what its platform sees. */
  readonly tell: ServerListener
  /** Drains and closes all rooms. */
  close(): Promise<void>
}

/**
 * A server for a platform that has requests and sockets of its own. On Node, `startServer` does all of it.
 *
 * @throws TypeError if something of the definition cannot be.
 */
export function createSavepointServer<D extends MutatorDefinitions>(
  definition: ServerDefinition<D>,
  platform: ServerPlatform,
): SavepointServer {
  const limits = readLimits(definition.limits)
  const { world, storageOf, openLog = (writer, reader) => new EmbeddedLog(writer, reader) } = platform
  const watch = watchServer(definition, platform)
  const rooms = new Rooms({
    ...roomOptionsOf(definition),
    storageOf,
    openLog,
    world,
    onEvent: watch.onEvent,
    ...roomLimitsOf(limits),
  })
  return serveRooms(rooms, platform, { definition, limits, watch })
}

interface Doors {
  readonly definition: DoorsDefinition
  readonly limits: Limits
  readonly watch: ServerWatch
}

/** The doors to rooms, wherever they run. */
export function serveRooms(
  rooms: RoomHost,
  {
    hasRoom,
    snapshots,
    world,
    metrics,
    addressOf = () => undefined,
  }: Pick<ServerPlatform, 'hasRoom' | 'snapshots' | 'world' | 'metrics' | 'addressOf'>,
  { definition: { authorize, origins, otherwise, admin }, limits, watch: { onEvent, errors, readiness } }: Doors,
): SavepointServer {
  const { lengthPerSecond, lengthBurst, connectionsPerAddress, handshakeMs, mutationsBodyBytes, outcomesWaitMs } = limits
  const now = () => world.now()
  const after = (ms: number, task: () => void) => world.after(ms, task)
  const id = () => world.id()
  const elapsed = () => world.elapsed()
  const rate = { perSecond: lengthPerSecond, burst: lengthBurst }
  const entrance = new Entrance({ rooms, hasRoom, authorize, now, after, elapsed, rate, connectionsPerAddress, onEvent })
  const beat = new Beat()
  const lines = new HttpLines({ entrance, beat, id })
  const doors = [
    createDoor(rooms, entrance),
    openLineDoor(lines),
    postLineDoor(lines),
    snapshotDoor(rooms, snapshots, entrance),
    changesDoor(rooms, entrance),
    eventsDoor({ rooms, entrance, beat, id }),
    mutationsDoor({ rooms, entrance, now, after, bodyBytesMax: mutationsBodyBytes, outcomesWaitMs }),
  ]
  const socketDoor = { entrance, onEvent, after, handshakeMs }
  const operations = operationsApp({ rooms, hasRoom, errors, readiness, authorize, metrics, origins, now, page: admin })
  return {
    app: createApp({ doors, operations, health: () => ({ rooms: rooms.openCount }), origins, addressOf, otherwise, onEvent }),
    rooms,
    connect: (request, room, socket, address) => openSocket(socketDoor, request, room, socket, address),
    recheck: (which = {}) => entrance.recheck(which),
    beat: () => beat.beat(),
    tell: onEvent,
    close() {
      readiness.drain()
      return rooms.close()
    },
  }
}

/** What follows a server's events. */
interface ServerWatch {
  readonly onEvent: ServerListener
  readonly errors: RecentErrors
  readonly readiness: Readiness
}

/** Tells everyone who is to be told what happens. What they throw is ignored: a log that fails must not take the room with it. */
export function watchServer(
  { onEvent = [], admin }: DoorsDefinition,
  { world, checkDisk }: Pick<ServerPlatform, 'world' | 'checkDisk'>,
): ServerWatch {
  const now = () => world.now()
  const errors = new RecentErrors(now, admin?.showArguments)
  const readiness = new Readiness({ now, checkDisk })
  const own = (event: ServerEvent) => {
    errors.hear(event)
    readiness.hear(event)
  }
  const listeners = [own, ...(typeof onEvent === 'function' ? [onEvent] : onEvent)]
  return {
    errors,
    readiness,
    onEvent(event) {
      for (const listener of listeners) {
        try {
          const told: unknown = listener(event)
          if (told instanceof Promise) told.catch(() => {})
        } catch {}
      }
    },
  }
}
