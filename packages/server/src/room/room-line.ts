import type { RoomConnection, RoomSocket } from './room-socket.ts'

/** Who takes what comes on a line: its room, or the thread that it runs in. */
export interface LineTaker {
  received(line: number, frame: string): void
  closed(line: number): void
}

/** A client's line in its room. There may be very many, so that it holds no more than it has to. */
export class RoomLine implements RoomConnection {
  readonly id: number
  readonly socket: RoomSocket
  readonly #taker: LineTaker

  constructor(id: number, socket: RoomSocket, taker: LineTaker) {
    this.id = id
    this.socket = socket
    this.#taker = taker
  }

  receive(frame: string): void {
    this.#taker.received(this.id, frame)
  }

  closed(): void {
    this.#taker.closed(this.id)
  }
}
