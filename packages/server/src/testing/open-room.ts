import { join } from 'node:path'
import type { Driver } from '@savepoint/sqlite'
import { openBetterSqlite3 } from '@savepoint/sqlite/better-sqlite3'
import { onTestFinished } from 'vitest'
import { EmbeddedLog } from '../log/embedded-log.ts'
import { roomFile } from '../node/room-files.ts'
import { Room, type RoomOptions } from '../room/room.ts'
import type { ServerEvent } from '../room/server-event.ts'
import { Line } from './line.ts'
import { shopMutators, shopSchema } from './shop.ts'
import { temporaryDirectory } from './temporary-directory.ts'
import { TestClient } from './test-client.ts'
import { TestWorld } from './test-world.ts'

export interface TestRoom {
  readonly room: Room
  readonly path: string
  readonly world: TestWorld
  readonly events: ServerEvent[]
  /** A client with a replica of its own that has been welcomed. */
  client(clientID?: string, visitor?: { identity?: string; auth?: unknown }): Promise<TestClient>
  /** Resolves when the room has told of such an event. */
  told(event: ServerEvent['event']): Promise<void>
  /** The same room, opened anew from its file. */
  reopen(): Promise<TestRoom>
}

interface TestRoomOptions extends Partial<RoomOptions> {
  readonly path?: string
  readonly world?: TestWorld
  /** Stands between the room and its writing connection. */
  readonly decorate?: (driver: Driver) => Driver
}

/** A room on a file of its own, with the shop's schema and mutators, closed with the test. */
export async function openTestRoom(options: TestRoomOptions = {}): Promise<TestRoom> {
  const { path = join(temporaryDirectory(), 'room.db'), world = new TestWorld(), decorate = (driver: Driver) => driver } = options
  const events: ServerEvent[] = []
  const waiting: (() => void)[] = []
  const file = roomFile(path, openBetterSqlite3)
  const room = await Room.open({
    name: 'shop-1',
    schema: shopSchema,
    mutators: shopMutators,
    storage: { ...file, openWriter: () => decorate(file.openWriter()) },
    openLog: (writer, reader) => new EmbeddedLog(writer, reader),
    onEvent(event) {
      events.push(event)
      for (const resolve of waiting.splice(0)) resolve()
    },
    ...options,
    world,
  })
  onTestFinished(() => room.close())
  return {
    room,
    path,
    world,
    events,
    client: (clientID, visitor) => TestClient.fresh(Line.inProcess(room, visitor), room.position.epoch, clientID),
    async told(name) {
      while (!events.some(({ event }) => event === name)) await new Promise<void>((resolve) => waiting.push(resolve))
    },
    async reopen() {
      await room.close()
      return await openTestRoom({ ...options, path, world })
    },
  }
}
