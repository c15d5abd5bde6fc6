import type { Room } from '../room/room.ts'
import type { Rooms } from '../rooms/rooms.ts'
import { type Authorize, admitVisitor } from './authorize.ts'

/**
 * The room that a visitor reaches for, which has been let in to read. One that there is not yet comes into being only if
 * `authorize` lets this visitor create it: who may only read is not to fill the disk with the names that they think of.
 *
 * @throws SavepointError `no-room`, and what {@link Rooms.get} throws
 */
export async function enterRoom(rooms: Rooms, authorize: Authorize | undefined, request: Request, name: string): Promise<Room> {
  if (!(await rooms.has(name))) await admitVisitor(authorize, request, name, 'create')
  return await rooms.get(name)
}
