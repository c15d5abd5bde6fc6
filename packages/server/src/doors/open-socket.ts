import { refuse } from '../room/refuse.ts'
import type { RoomConnection, RoomSocket } from '../room/room-socket.ts'
import { OpeningLine, type SocketDoor } from './opening-line.ts'
import { refusalOf } from './refusal-of.ts'

/**
 * Takes a client's line, which says first who it is. If it may not in, or the room cannot be opened, it is refused on the line:
 * a browser tells a page nothing of a failed upgrade.
 *
 * @param address from where it comes, by which connections are counted
 */
export function openSocket(door: SocketDoor, request: Request, room: string, socket: RoomSocket, address?: string): RoomConnection {
  let leave: () => void
  try {
    leave = door.entrance.count(address)
  } catch (error) {
    refuse(socket, refusalOf(error, door.onEvent))
    return REFUSED
  }
  return new OpeningLine(door, { request, room, socket, leave })
}

const REFUSED: RoomConnection = { receive() {}, closed() {} }
