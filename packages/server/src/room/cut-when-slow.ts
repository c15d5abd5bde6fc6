import type { RoomSocket } from './room-socket.ts'

/**
 * A socket that is cut off when more waits for its client than `bytesMax` and there is something new to send; `cut` is told then, and
 * nothing is to be sent any more. What is sent at once counts together, however long it is: cut in the middle of a catch-up, a client
 * would come back for the same again and again.
 */
export function cutWhenSlow(socket: RoomSocket, bytesMax: number, cut: (bufferedBytes: number) => void): RoomSocket {
  return {
    send(frame, follows = false) {
      const { bufferedBytes } = socket
      if (follows || bufferedBytes <= bytesMax) return socket.send(frame, follows)
      socket.cut()
      cut(bufferedBytes)
    },
    close: (reason) => socket.close(reason),
    cut: () => socket.cut(),
    get bufferedBytes() {
      return socket.bufferedBytes
    },
  }
}
