import type { Socket, SocketListener, Transport } from '@savepoint/client'
import { encodeFrame } from '@savepoint/core'

/** While the lab's time stands still its clients are silent; a server closes a socket on which nothing comes for a minute. */
const SIGN_OF_LIFE_MS = 20_000

/** A socket that is never silent for long, whatever time it is for who uses it. */
export class KeptAlive implements Socket {
  readonly #socket: Socket
  readonly #timer: ReturnType<typeof setInterval>
  /** Answers to pings of our own, which nobody else is to hear. */
  #pongs = 0

  constructor(transport: Transport, listener: SocketListener) {
    this.#socket = transport.connect({
      opened: () => listener.opened(),
      received: (frame) => {
        if (this.#pongs > 0 && frame === PONG) this.#pongs--
        else listener.received(frame)
      },
      closed: () => {
        clearInterval(this.#timer)
        listener.closed()
      },
    })
    this.#timer = setInterval(() => {
      this.#pongs++
      this.#socket.send(encodeFrame({ type: 'ping', confirmed: 0 }))
    }, SIGN_OF_LIFE_MS)
  }

  send(frame: string): void {
    this.#socket.send(frame)
  }

  close(): void {
    clearInterval(this.#timer)
    this.#socket.close()
  }
}

const PONG = encodeFrame({ type: 'pong' })
