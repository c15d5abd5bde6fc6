import { WebSocket } from 'ws'
import type { Room } from '../room/room.ts'
import type { RoomConnection, RoomSocket } from '../room/room-socket.ts'
import type { RoomHost } from '../rooms/room-host.ts'
import { eventsOf } from './events-of.ts'

/** A client's end of a line: frames as they come, in order. */
export class Line {
  readonly #frames: string[] = []
  #waiting: (() => void)[] = []
  closed: string | null = null
  /** What a WebSocket was closed with. */
  code: number | null = null
  readonly send: (frame: string) => void
  readonly hangUp: () => void

  private constructor(open: (line: Line) => { send: (frame: string) => void; hangUp: () => void }) {
    const { send, hangUp } = open(this)
    this.send = send
    this.hangUp = hangUp
  }

  /** Straight into a room, without a socket. */
  static inProcess(room: Room, { identity = '', auth = undefined as unknown } = {}): Line {
    let connection: RoomConnection | undefined
    return new Line((line) => {
      connection = room.connect(line.#socket, { identity, auth })
      return { send: (frame) => connection?.receive(frame), hangUp: () => connection?.closed() }
    })
  }

  /** Into a room of a host, wherever it runs. `meddle` may change the socket that the host is given. */
  static async intoHost(
    host: Pick<RoomHost, 'connect'>,
    room: string,
    { identity = '', auth = undefined as unknown, meddle = (socket: RoomSocket) => socket } = {},
  ): Promise<Line> {
    let connection: RoomConnection | undefined
    const line = new Line(() => ({ send: (frame) => connection?.receive(frame), hangUp: () => connection?.closed() }))
    connection = await host.connect(room, meddle(line.#socket), { identity, auth })
    return line
  }

  /** What the room says comes later, as over a network. */
  get #socket(): RoomSocket {
    const later = (act: () => void) => queueMicrotask(act)
    return {
      send: (frame) => later(() => this.#received(frame)),
      close: (reason) => later(() => this.#ended(reason)),
      cut: () => later(() => this.#ended('cut')),
      bufferedBytes: 0,
    }
  }

  /** Over a real WebSocket. */
  static async dial(url: string, headers: { [name: string]: string } = {}): Promise<Line> {
    const socket = new WebSocket(url, { headers })
    const line = new Line((self) => {
      socket.on('message', (data) => self.#received(String(data)))
      socket.on('close', (code, reason) => {
        self.code = code
        self.#ended(String(reason) || String(code))
      })
      socket.on('error', () => {})
      return { send: (frame) => socket.send(frame), hangUp: () => socket.terminate() }
    })
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
    return line
  }

  /** Over HTTP: events one way, posts the other. */
  static async dialHttp(url: string, headers: { [name: string]: string } = {}): Promise<Line> {
    const stopped = new AbortController()
    const response = await fetch(url, { headers, signal: stopped.signal })
    if (!response.ok || response.body === null) throw new Error(`The line was refused with ${response.status}: ${await response.text()}`)
    const events = eventsOf(response.body)
    const { line: name } = JSON.parse((await events.next()).value?.data ?? '{}') as { line: string }
    let posts = 0
    let posting = Promise.resolve()
    const line = new Line((self) => {
      const post = async (body: string, number: number) => {
        const sent = await fetch(url, {
          method: 'POST',
          headers: { ...headers, 'savepoint-line': name, 'savepoint-post': String(number) },
          body,
        })
        if (!sent.ok) self.#ended(String(sent.status))
      }
      return {
        send(frame) {
          const number = ++posts
          posting = posting.then(() => post(frame, number)).catch(() => {})
        },
        hangUp: () => stopped.abort(),
      }
    })
    void (async () => {
      try {
        for await (const { data } of events) line.#received(data)
        line.#ended('end')
      } catch (error) {
        line.#ended(String(error))
      }
    })()
    return line
  }

  /** The next frame; null once the line has ended and all was read. */
  async next(): Promise<{ readonly type: string; readonly [field: string]: unknown } | null> {
    while (this.#frames.length === 0 && this.closed === null) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    const frame = this.#frames.shift()
    return frame === undefined ? null : JSON.parse(frame)
  }

  /** True if nothing has come that was not read. */
  get isQuiet(): boolean {
    return this.#frames.length === 0
  }

  async ended(): Promise<string> {
    while (this.closed === null) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    return this.closed
  }

  #received(frame: string): void {
    this.#frames.push(frame)
    this.#wake()
  }

  #ended(reason: string): void {
    this.closed ??= reason
    this.#wake()
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve()
  }
}
