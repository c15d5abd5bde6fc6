import type { Driver } from '@savepoint/sqlite'
import type { RoomLog } from '../log/room-log.ts'

/** Where one room's database lies. */
export interface RoomStorage {
  /** The one connection that writes; the database is made if there is none. */
  openWriter(): Driver
  /** Another connection to the same database, which sees only what is committed. */
  openReader(): Driver
  /** Replaces the database by this image, or removes it. No connection is open. */
  replace(image: Uint8Array | null): void
}

/** Makes a room's log. Both connections are open, and the engine's tables are there. */
export type OpenRoomLog = (writer: Driver, reader: Driver, room: string) => RoomLog
