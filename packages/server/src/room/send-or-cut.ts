import type { RoomSocket } from './room-socket.ts'

/**
 * Sends a frame, unless more waits for its client than `bytesMax`: then the socket is cut off, and nothing is to be sent any more.
 * What is sent at once counts together, however long it is: cut in the middle of a catch-up, a client would come back for the same
 * again and again.
 *
 * @param follows see {@link RoomSocket.send}
 * @returns null, or how many bytes waited when it was cut
 */
export function sendOrCut(socket: RoomSocket, frame: string, follows: boolean, bytesMax: number): number | null {
  const { bufferedBytes } = socket
  if (follows || bufferedBytes <= bytesMax) {
    socket.send(frame, follows)
    return null
  }
  socket.cut()
  return bufferedBytes
}
