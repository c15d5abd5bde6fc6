import type { RoomConnection, RoomSocket } from '@savepoint/server'
import type { Process } from '../time/process.ts'
import type { VirtualTime } from '../time/virtual-time.ts'
import type { Channel } from './channel.ts'
import { describeFrame } from './describe-frame.ts'

/** A server drops a line on which it has heard nothing for so long, in milliseconds, as the one on Node does. */
const SOCKET_SILENCE_MS_MAX = 90_000

/** Bytes that opening a line takes. */
const HANDSHAKE_BYTES = 200

/** What runs at the other end of the line. */
export interface Endpoint {
  /** The process that serves now; null if none does. */
  readonly process: Process | null
  accept(request: Request, room: string, socket: RoomSocket): RoomConnection
  answer(request: Request): Promise<Response>
}

/** Told of all that passes. Frames are numbered by `sent`. */
export interface NetworkWatch {
  sent(by: 'client' | 'server', kind: string, bytes: number, about: string, frame?: string): number
  received(by: 'client' | 'server', message: number, kind: string): void
  lost(by: 'client' | 'server', message: number, why: string): void
  /** A request meets with a stall. */
  stalled(how: string): void
}

interface ConnectionOptions {
  readonly time: VirtualTime
  readonly endpoint: Endpoint
  readonly watch: NetworkWatch
  /** The client's. */
  readonly process: Process
  readonly up: Channel
  readonly down: Channel
}

/** What the client's end is told. */
interface ConnectionListener {
  opened(): void
  received(frame: string): void
  closed(): void
}

/** One line between a client and the server, from the attempt to its end on both sides. */
export class Connection {
  readonly up: Channel
  readonly down: Channel
  readonly #options: ConnectionOptions
  readonly #ended: () => void
  #listener: ConnectionListener | null = null
  /** The server's process that it has reached. */
  #server: Process | null = null
  #room: RoomConnection | null = null
  #isRequest = false
  #isClientOpen = true
  #isServerOpen = false
  #heardAt = 0

  constructor(options: ConnectionOptions, ended: () => void) {
    this.up = options.up
    this.down = options.down
    this.#options = options
    this.#ended = ended
  }

  /** True if it was opened for one request over HTTP. */
  get isRequest(): boolean {
    return this.#isRequest
  }

  /** Asks the server for a socket. */
  dial(request: Request, room: string, listener: ConnectionListener): void {
    this.#listener = listener
    this.up.signal(HANDSHAKE_BYTES, () => this.#reach((server) => this.#accept(server, request, room)))
  }

  /** Asks the server for an answer. It is handed over when all of it has come. */
  request(request: Request, answered: (response: Response, body: Uint8Array) => void, failed: () => void): void {
    this.#listener = { opened() {}, received() {}, closed: failed }
    this.#isRequest = true
    const path = new URL(request.url).pathname
    const message = this.#options.watch.sent('client', 'request', HANDSHAKE_BYTES, path)
    this.up.send(HANDSHAKE_BYTES, {
      deliver: once(() => this.#reach((server) => this.#answer(server, request, message, answered))),
      lose: (why) => this.#options.watch.lost('client', message, why),
    })
  }

  /** The client's program sends. */
  sendUp(frame: string): void {
    if (!this.#isClientOpen) return
    const { kind, about } = describeFrame(frame)
    const message = this.#options.watch.sent('client', kind, frame.length, about, frame)
    const isFirst = first()
    this.up.send(frame.length, {
      deliver: () => this.#arrivedAtServer(frame, message, kind, isFirst()),
      lose: (why) => this.#options.watch.lost('client', message, why),
    })
  }

  closeByClient(): void {
    if (!this.#isClientOpen) return
    this.#isClientOpen = false
    const end = () => {
      this.#endServer()
      this.#ended()
    }
    this.up.signal(0, end, this.#ended)
  }

  closeByServer(): void {
    if (!this.#isServerOpen) return
    this.#isServerOpen = false
    this.#hangUp()
  }

  cut(why: string): void {
    this.silence(why)
    this.#endServer()
    this.#endClient()
    this.#ended()
  }

  silence(why = 'the line is dead'): void {
    this.up.die(why)
    this.down.die(why)
  }

  /** The server's system tells the client that nobody is there. */
  #hangUp(): void {
    this.down.signal(0, () => this.#endClient())
  }

  #endClient(): void {
    if (!this.#isClientOpen) return
    this.#isClientOpen = false
    if (!this.#isServerOpen) this.#ended()
    this.#options.process.run(() => this.#listener?.closed())
  }

  #endServer(): void {
    if (!this.#isServerOpen) return
    this.#isServerOpen = false
    if (!this.#isClientOpen) this.#ended()
    this.#toRoom((room) => room.closed())
  }

  #reach(reached: (server: Process) => void): void {
    const server = this.#options.endpoint.process
    if (server === null) return this.#hangUp()
    this.#server = server
    this.#isServerOpen = true
    server.run(() => reached(server))
  }

  #accept(server: Process, request: Request, room: string): void {
    const { endpoint, time, process } = this.#options
    this.#heardAt = time.now
    this.#endWhenSilent(server)
    this.down.signal(HANDSHAKE_BYTES, () => this.#isClientOpen && process.run(() => this.#listener?.opened()))
    this.#room = endpoint.accept(request, room, this.#socket(server))
  }

  #answer(server: Process, request: Request, message: number, answered: (response: Response, body: Uint8Array) => void): void {
    const { watch, endpoint, process } = this.#options
    watch.received('server', message, 'request')
    const give = (response: Response, body: Uint8Array) => {
      if (!server.isAlive || !this.#isServerOpen) return
      const back = watch.sent('server', 'response', body.length, aboutResponse(response))
      const deliver = () => {
        if (!this.#isClientOpen || !process.isAlive) return
        watch.received('client', back, 'response')
        this.#isClientOpen = false
        this.#isServerOpen = false
        this.#ended()
        process.run(() => answered(response, body))
      }
      this.down.send(body.length, { deliver, lose: (why) => watch.lost('server', back, why) })
    }
    void endpoint.answer(request).then(async (response) => give(response, new Uint8Array(await response.arrayBuffer())))
  }

  #arrivedAtServer(frame: string, message: number, kind: string, isFirst: boolean): void {
    const { watch, time } = this.#options
    if (this.#server?.isAlive !== true || !this.#isServerOpen) {
      if (isFirst) watch.lost('client', message, 'nobody listens there any more')
      return this.#hangUp()
    }
    watch.received('server', message, kind)
    this.#heardAt = time.now
    this.#toRoom((room) => room.receive(frame))
  }

  #arrivedAtClient(frame: string, message: number, kind: string, isFirst: boolean): void {
    const { watch, process } = this.#options
    if (!this.#isClientOpen || !process.isAlive) {
      if (isFirst) watch.lost('server', message, 'nobody listens there any more')
      return
    }
    watch.received('client', message, kind)
    process.run(() => this.#listener?.received(frame))
  }

  /** What the room holds of this line. A process that has ended does nothing with it. */
  #socket(server: Process): RoomSocket {
    const { down } = this
    return {
      send: (frame) => server.isAlive && this.#isServerOpen && this.#sendDown(frame),
      close: () => server.isAlive && this.closeByServer(),
      cut: () => {
        if (!server.isAlive || !this.#isServerOpen) return
        this.#isServerOpen = false
        this.down.die('the server cut the line')
        this.#options.time.after(0, () => this.#endClient())
      },
      get bufferedBytes() {
        return down.queuedBytes
      },
    }
  }

  #sendDown(frame: string): void {
    const { watch } = this.#options
    const { kind, about } = describeFrame(frame)
    const message = watch.sent('server', kind, frame.length, about, frame)
    const isFirst = first()
    this.down.send(frame.length, {
      deliver: () => this.#arrivedAtClient(frame, message, kind, isFirst()),
      lose: (why) => watch.lost('server', message, why),
    })
  }

  #toRoom(work: (room: RoomConnection) => void): void {
    const room = this.#room
    if (room !== null) this.#server?.run(() => work(room))
  }

  #endWhenSilent(server: Process): void {
    const { time } = this.#options
    time.at(this.#heardAt + SOCKET_SILENCE_MS_MAX, () => {
      if (!server.isAlive || !this.#isServerOpen) return
      if (time.now - this.#heardAt < SOCKET_SILENCE_MS_MAX) return this.#endWhenSilent(server)
      this.#endServer()
      this.#hangUp()
    })
  }
}

/** Says whether it is asked for the first time: what is repeated is not lost any more. */
function first(): () => boolean {
  let isFirst = true
  return () => {
    const was = isFirst
    isFirst = false
    return was
  }
}

/** Nothing repeats requests over HTTP. */
function once(work: () => void): () => void {
  const isFirst = first()
  return () => {
    if (isFirst()) work()
  }
}

function aboutResponse({ status, headers }: Response): string {
  const version = headers.get('savepoint-version')
  return version === null ? `status ${status}` : `status ${status}, a snapshot of version ${version}`
}
