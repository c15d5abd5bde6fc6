import type { MutatorDefinitions } from '@savepoint/core'
import type { Hono } from 'hono'
import { roomOptionsOf, type ServerApp } from './define-app.ts'
import { createApp } from './doors/app.ts'
import type { Authorize } from './doors/authorize.ts'
import { Beat } from './doors/beat.ts'
import { changesDoor } from './doors/changes-door.ts'
import { createDoor } from './doors/create-door.ts'
import { Entrance } from './doors/entrance.ts'
import { eventsDoor } from './doors/events-door.ts'
import { HttpLines } from './doors/http-lines.ts'
import { openLineDoor, postLineDoor } from './doors/line-doors.ts'
import { mutationsDoor } from './doors/mutations-door.ts'
import { openSocket } from './doors/open-socket.ts'
import { snapshotDoor } from './doors/snapshot-door.ts'
import { EmbeddedLog } from './log/embedded-log.ts'
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
  /** Origins whose pages may read and connect; default any. A token, not a cookie, should say who someone is. */
  readonly origins?: readonly string[]
  /** Answers requests that are for none of the doors: the app's pages, or doors of its own. Default: 404. */
  readonly otherwise?: (request: Request) => Response | Promise<Response>
  /**
   * Bytes that may wait for a slow client; one for whom more wait when the next poke is due is cut off, and catches up when it
   * comes back. Default 64 MiB. With less than what a client gets while it takes in a catch-up, it may have to come back often.
   */
  readonly socketBufferBytes?: number
  /** Told what happens, for logs and figures. What it throws is ignored. */
  readonly onEvent?: (event: ServerEvent) => void
}

/** What an app says of its server, wherever it runs. */
export interface ServerDefinition<D extends MutatorDefinitions = MutatorDefinitions> extends ServerApp<D>, DoorsDefinition {}

/** What a server runs on: files or memory, a clock, chance. */
export interface ServerPlatform {
  readonly world: RoomWorld
  readonly storageOf: (room: string) => RoomStorage
  /** Whether there is such a room: who reaches for one that there is not has to be allowed to create it. */
  readonly hasRoom: (room: string) => boolean | Promise<boolean>
  readonly snapshots: Snapshots
  /** Default: the log in the room's own database. */
  readonly openLog?: OpenRoomLog
}

/** A server without its listener. */
export interface SavepointServer {
  /** Answers HTTP requests; mount it where you like. */
  readonly app: Hono
  readonly rooms: RoomHost
  /** Lets a client's line into a room, or refuses it on the line. */
  connect(request: Request, room: string, socket: RoomSocket): Promise<RoomConnection | null>
  /** Keeps streams of events alive, and ends lines of which nothing is heard. To be called every {@link BEAT_MS}. */
  beat(): void
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
  const { socketBufferBytes } = definition
  const onEvent = listenerOf(definition)
  const { world, storageOf, hasRoom, snapshots, openLog = (writer, reader) => new EmbeddedLog(writer, reader) } = platform
  const rooms = new Rooms({
    ...roomOptionsOf(definition),
    storageOf,
    openLog,
    world,
    onEvent,
    ...(socketBufferBytes !== undefined && { socketBufferBytes }),
  })
  return serveRooms({ rooms, hasRoom, snapshots, world, onEvent }, definition)
}

interface Served extends Pick<ServerPlatform, 'hasRoom' | 'snapshots'> {
  /** Wherever they run. */
  readonly rooms: RoomHost
  readonly world: Pick<RoomWorld, 'now' | 'id'>
  readonly onEvent: (event: ServerEvent) => void
}

/** The doors to rooms. */
export function serveRooms(served: Served, { authorize, origins, otherwise }: DoorsDefinition): SavepointServer {
  const { rooms, hasRoom, snapshots, world, onEvent } = served
  const entrance = new Entrance({ rooms, hasRoom, authorize })
  const beat = new Beat()
  const id = () => world.id()
  const lines = new HttpLines({ entrance, beat, id })
  const doors = [
    createDoor(rooms, entrance),
    openLineDoor(lines),
    postLineDoor(lines),
    snapshotDoor(rooms, snapshots, entrance),
    changesDoor(rooms, entrance),
    eventsDoor({ rooms, entrance, beat, id }),
    mutationsDoor({ rooms, entrance, beat, now: () => world.now() }),
  ]
  return {
    app: createApp({ doors, health: () => ({ rooms: rooms.openCount }), origins, otherwise, onEvent }),
    rooms,
    connect: (request, room, socket) => openSocket({ entrance, onEvent }, request, room, socket),
    beat: () => beat.beat(),
    close: () => rooms.close(),
  }
}

/**
 * Whom to tell what happens; and whether the rest of the definition can be.
 * @throws TypeError if it cannot
 */
export function listenerOf({ socketBufferBytes, onEvent }: DoorsDefinition): (event: ServerEvent) => void {
  if (socketBufferBytes !== undefined && !(Number.isSafeInteger(socketBufferBytes) && socketBufferBytes > 0))
    throw new TypeError(`socketBufferBytes: ${String(socketBufferBytes)} is not a number of bytes, which is whole and above 0`)
  return (event) => {
    try {
      onEvent?.(event)
    } catch {
      // A log that fails must not take the room with it.
    }
  }
}
