import type { Socket, SocketListener, Transport } from '@savepoint/client'
import { Mailbox } from '../../workloads/mailbox.ts'
import type { Door } from '../../workloads/system.ts'

/** A real transport with a door in it. */
export class GatedTransport implements Transport {
  readonly fetchSnapshot: Transport['fetchSnapshot']
  readonly #transport: Transport
  #mailbox: Mailbox | undefined

  constructor(transport: Transport) {
    this.#transport = transport
    this.fetchSnapshot = (...args) => transport.fetchSnapshot(...args)
  }

  connect(listener: SocketListener, ...asked: [Parameters<Transport['connect']>[1]?]): Socket {
    const received = (frame: string) =>
      this.#mailbox === undefined ? listener.received(frame) : this.#mailbox.put(() => listener.received(frame))
    const socket = this.#transport.connect(
      { opened: (over) => listener.opened(over), received, closed: (error) => listener.closed(error) },
      ...asked,
    )
    return { send: (frame) => this.#mailbox ?? socket.send(frame), close: () => socket.close() }
  }

  /** What is pushed from now on is lost, and what comes waits. */
  shutDoor(): Door {
    this.#mailbox = new Mailbox()
    return this.#mailbox
  }
}
