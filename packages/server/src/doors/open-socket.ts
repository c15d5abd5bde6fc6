import { encodeFrame, SavepointError } from '@savepoint/core'
import type { RoomConnection, RoomSocket } from '../room/room-socket.ts'
import { checkRoomName } from '../rooms/room-name.ts'
import type { Rooms } from '../rooms/rooms.ts'
import { type Authorize, admitVisitor } from './authorize.ts'

/**
 * Lets a client's line into its room. Null, after a refusal on the line, if it may not or the room cannot be opened: a
 * browser tells a page nothing of a failed upgrade, so the line is there first and says why.
 */
export async function openSocket(
  rooms: Rooms,
  authorize: Authorize | undefined,
  request: Request,
  name: string,
  socket: RoomSocket,
): Promise<RoomConnection | null> {
  try {
    checkRoomName(name)
    const visitor = await admitVisitor(authorize, request, name, 'sync')
    const room = await rooms.get(name)
    return room.connect(socket, visitor)
  } catch (error) {
    const { code, message } = asSavepointError(error)
    socket.send(encodeFrame({ type: 'refusal', code, message }))
    socket.close(code)
    return null
  }
}

/** What a client is told of an error: never more than that it was ours. */
export function asSavepointError(error: unknown): SavepointError {
  if (error instanceof SavepointError) return error
  return new SavepointError(
    'unavailable',
    'The server failed. Nothing was acknowledged, and what is pending is kept; try again in a while.',
    { cause: error },
  )
}
