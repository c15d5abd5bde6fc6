import { encodeFrame, type Reason } from '@savepoint/core'
import type { RoomSocket } from '../room/room-socket.ts'

/** Ends a line, after a word to its client. */
export function refuse(socket: RoomSocket, { code, message }: Reason): void {
  socket.send(encodeFrame({ type: 'refusal', code, message }))
  socket.close(code)
}
