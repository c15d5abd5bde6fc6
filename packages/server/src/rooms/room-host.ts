import type { Reason, RoomPosition, SchemaID } from '@savepoint/core'
import type { RoomChanges } from '../room/room.ts'
import type { RoomConnection, RoomSocket } from '../room/room-socket.ts'
import type { Visitor } from '../room/visitor.ts'

/** What there is to know of a room before one is in it. */
export interface RoomStanding {
  /** What is committed. */
  readonly position: RoomPosition
  readonly schema: SchemaID
}

/**
 * The rooms of a server, as its doors know them: by name, wherever they run. All that is asked and answered is data that can be
 * cloned. Each call opens the room if it is not open, and makes it if there is none.
 *
 * Each throws (rejects) SavepointError if there can be no such room, or it cannot be had now.
 */
export interface RoomHost {
  /** Lets a line into a room. What the room sends goes to the socket, until either side closes it. */
  connect(room: string, socket: RoomSocket, visitor: Visitor): Promise<RoomConnection>
  /**
   * Makes the room, unless it is there. `isNew` tells which it was.
   * @throws SavepointError `schema-mismatch` if another schema is given than the room has
   */
  create(room: string, schema?: SchemaID): Promise<RoomStanding & { readonly isNew: boolean }>
  /** What is committed. */
  position(room: string): Promise<RoomPosition>
  /** The net changes after a version of an epoch, or of the room's own if none is named. Null if a snapshot is to be fetched. */
  changes(room: string, since: number, epoch?: string): Promise<RoomChanges | null>
  /** True if a client at this version is sure to get a poke and not a snapshot. */
  isShortCatchUp(room: string, from: number): Promise<boolean>
  /** Lets no room take pushes any more, for this reason, or lets them again; also those that are opened later. */
  refusePushes(why: Reason | null): void
  /** Rooms that are open. */
  readonly openCount: number
  /** Closes rooms that nobody has used for so long, by default a minute. To be called now and then. */
  sweep(idleMs?: number): Promise<void>
  /** Drains and closes all rooms; none is opened any more. */
  close(): Promise<void>
}
