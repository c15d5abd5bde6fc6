import { encodeFrame, type Refusal } from '@savepoint/core'
import type { RoomSocket } from './room-socket.ts'

/** Ends a line, after a word to its client. */
export function refuse(socket: RoomSocket, { code, message, retryAfterMs }: Omit<Refusal, 'type'>): void {
  socket.send(encodeFrame({ type: 'refusal', code, message, ...(retryAfterMs !== undefined && { retryAfterMs }) }))
  socket.close(code)
}
