import type { RoomSocket } from '../room/room-socket.ts'

/** A comment, which readers of events pass over. */
const HEARTBEAT = new TextEncoder().encode(':\n\n')

const HEADERS = {
  'content-type': 'text/event-stream',
  // What is held back or compressed on the way comes late.
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
}

/** An answer of server-sent events that goes on for as long as both sides want it. What is sent waits here until it has been read. */
export class EventStream implements Pick<RoomSocket, 'close' | 'cut' | 'bufferedBytes'> {
  readonly response: Response
  readonly #gone: () => void
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined

  /** @param gone called once, if the client goes before the stream is ended here. */
  constructor(gone: () => void) {
    this.#gone = gone
    const body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller
        },
        cancel: () => {
          this.#controller = undefined
          this.#gone()
        },
      },
      { highWaterMark: 0, size: (bytes) => bytes.byteLength },
    )
    this.response = new Response(body, { headers: HEADERS })
  }

  get bufferedBytes(): number {
    return -(this.#controller?.desiredSize ?? 0)
  }

  write(event: Uint8Array): void {
    this.#controller?.enqueue(event)
  }

  /** Shows proxies and the client that the stream lives. Where something waits already, that will do. */
  beat(): void {
    if (this.bufferedBytes === 0) this.write(HEARTBEAT)
  }

  close(): void {
    this.#controller?.close()
    this.#controller = undefined
  }

  cut(): void {
    this.#controller?.error(new Error('The stream was cut.'))
    this.#controller = undefined
  }
}

/** What goes to many streams in a row is turned into an event for the first, and not again for the others. */
export function eventEncoder(encode: (frame: string, epoch: string) => string): (frame: string, epoch?: string) => Uint8Array {
  const utf8 = new TextEncoder()
  let last = { frame: '', epoch: '', bytes: new Uint8Array(0) }
  return (frame, epoch = '') => {
    if (frame !== last.frame || epoch !== last.epoch) last = { frame, epoch, bytes: utf8.encode(encode(frame, epoch)) }
    return last.bytes
  }
}
