import type { RoomSocket } from '../room/room-socket.ts'
import type { Beat } from './beat.ts'

/** Beats that what was sent before the end may take to be read: half a minute. */
const LAST_WORDS_BEATS_MAX = 2

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
  readonly #stopBeat: () => void
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined
  #isEnded = false
  #beatsSinceEnd = 0

  /** @param gone called once, if the client goes before the stream is ended here. */
  constructor(beat: Beat, gone: () => void) {
    this.#stopBeat = beat.add(() => this.#beat())
    const body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller
        },
        cancel: () => {
          this.#stopBeat()
          if (this.#isEnded) return
          this.#isEnded = true
          gone()
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
    if (!this.#isEnded) this.#controller?.enqueue(event)
  }

  /** Ends it when what was sent has been read, if that does not take for ever. */
  close(): void {
    if (this.#isEnded) return
    this.#isEnded = true
    this.#controller?.close()
  }

  cut(): void {
    this.#isEnded = true
    this.#stopBeat()
    this.#controller?.error(new Error('The stream was cut.'))
  }

  /** Shows proxies and the client that the stream lives; where something waits already, that will do. */
  #beat(): void {
    if (!this.#isEnded) {
      if (this.bufferedBytes === 0) this.write(HEARTBEAT)
    } else if (this.bufferedBytes === 0) this.#stopBeat()
    else if (++this.#beatsSinceEnd > LAST_WORDS_BEATS_MAX) this.cut()
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
