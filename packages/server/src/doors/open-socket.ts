import { type Refusal, SavepointError } from '@savepoint/core'
import type { RoomConnection, RoomSocket } from '../room/room-socket.ts'
import type { ServerEvent } from '../room/server-event.ts'
import type { Entrance } from './entrance.ts'
import { OpeningLine } from './opening-line.ts'
import { refuse } from './refuse.ts'

interface SocketDoor {
  readonly entrance: Entrance
  readonly onEvent: (event: ServerEvent) => void
  /** Returns what cancels it. */
  readonly after: (ms: number, task: () => void) => () => void
  readonly handshakeMs: number
}

/**
 * Takes a client's line, which says first who it is. If it may not in, or the room cannot be opened, it is refused on the line:
 * a browser tells a page nothing of a failed upgrade.
 *
 * @param address from where it comes, by which connections are counted
 */
export function openSocket(door: SocketDoor, request: Request, room: string, socket: RoomSocket, address?: string): RoomConnection {
  const { entrance, onEvent, after, handshakeMs } = door
  let leave: () => void
  try {
    leave = entrance.count(address)
  } catch (error) {
    refuse(socket, refusalOf(error, onEvent))
    return REFUSED
  }
  const line = new OpeningLine({
    socket,
    request,
    enter: (asked) => entrance.enter(asked, room, socket),
    refusalOf: (error) => refusalOf(error, onEvent),
    after,
    handshakeMs,
  })
  return {
    receive: (frame) => line.receive(frame),
    closed() {
      leave()
      line.closed()
    },
  }
}

const REFUSED: RoomConnection = { receive() {}, closed() {} }

/** What a client is told of an error: no more of ours than that it was. The rest is for the server's log. */
export function refusalOf(error: unknown, onEvent: (event: ServerEvent) => void): Omit<Refusal, 'type'> {
  const isOurs = !(error instanceof SavepointError) || (error.code === 'unauthorized' && error.cause !== undefined)
  if (isOurs) onEvent({ event: 'request-failed', error })
  if (error instanceof SavepointError) return error
  return { code: 'unavailable', message: 'The server failed. Nothing was acknowledged, and what is pending is kept; try again in a while.' }
}
