import { defineMutators, type RoomLimits } from '@savepoint/core'
import { openBetterSqlite3 } from '@savepoint/sqlite/better-sqlite3'
import { onTestFinished } from 'vitest'
import { EmbeddedLog } from '../log/embedded-log.ts'
import { roomFile, roomPaths } from '../node/room-files.ts'
import type { OpenRoomLog } from '../room/room-storage.ts'
import type { ServerEvent } from '../room/server-event.ts'
import { Rooms } from '../rooms/rooms.ts'
import { shopMutators, shopSchema } from './shop.ts'
import { temporaryDirectory } from './temporary-directory.ts'
import { TestWorld } from './test-world.ts'

interface TestRooms {
  readonly rooms: Rooms
  readonly world: TestWorld
  readonly events: ServerEvent[]
  readonly directory: string
}

/** Rooms in this thread on a directory of their own, with the shop's mutators, closed with the test. */
export function openRooms(
  directory = temporaryDirectory(),
  schema = shopSchema,
  options: { socketBufferBytes?: number; roomsOpenMax?: number; roomLimits?: RoomLimits; openLog?: OpenRoomLog } = {},
): TestRooms {
  const [world, events] = [new TestWorld(), [] as ServerEvent[]]
  const rooms = new Rooms({
    schema,
    mutators: schema === shopSchema ? shopMutators : defineMutators({}),
    storageOf: (name) => roomFile(roomPaths(directory, name).database, openBetterSqlite3),
    openLog: (writer, reader) => new EmbeddedLog(writer, reader),
    world,
    versionsKept: 1000,
    onEvent: (event) => events.push(event),
    ...options,
  })
  onTestFinished(() => rooms.close())
  return { rooms, world, events, directory }
}
