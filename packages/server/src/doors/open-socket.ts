import { type ErrorCode, encodeFrame, SavepointError } from '@savepoint/core'
import type { RoomConnection, RoomSocket } from '../room/room-socket.ts'
import type { ServerEvent } from '../room/server-event.ts'
import type { Entrance } from './entrance.ts'

interface SocketDoor {
  readonly entrance: Entrance
  readonly onEvent: (event: ServerEvent) => void
}

/**
 * Lets a client's line into its room. Null, after a refusal on the line, if it may not or the room cannot be opened: a
 * browser tells a page nothing of a failed upgrade, so the line is there first and says why.
 */
export async function openSocket(
  { entrance, onEvent }: SocketDoor,
  request: Request,
  name: string,
  socket: RoomSocket,
): Promise<RoomConnection | null> {
  try {
    return await entrance.enter(request, name, socket)
  } catch (error) {
    const { code, message } = refusalOf(error, onEvent)
    socket.send(encodeFrame({ type: 'refusal', code, message }))
    socket.close(code)
    return null
  }
}

/** What a client is told of an error: no more of ours than that it was. The rest is for the server's log. */
export function refusalOf(error: unknown, onEvent: (event: ServerEvent) => void): { readonly code: ErrorCode; readonly message: string } {
  const isOurs = !(error instanceof SavepointError) || (error.code === 'unauthorized' && error.cause !== undefined)
  if (isOurs) onEvent({ event: 'request-failed', error })
  if (error instanceof SavepointError) return error
  return { code: 'unavailable', message: 'The server failed. Nothing was acknowledged, and what is pending is kept; try again in a while.' }
}
