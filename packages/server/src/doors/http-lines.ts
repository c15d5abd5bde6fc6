import { SavepointError } from '@savepoint/core'
import type { RoomConnection, RoomSocket } from '../room/room-socket.ts'
import { BEAT_MS, type Beat } from './beat.ts'
import type { Entrance } from './entrance.ts'
import { EventStream, eventEncoder } from './event-stream.ts'
import { Hold } from './hold.ts'

/** A client pings when its line is quiet; one that posts nothing for so long, in milliseconds, is gone. */
const LINE_SILENCE_MS_MAX = 60_000

interface Line {
  readonly room: string
  readonly connection: RoomConnection
  readonly hold: Hold
  /** How many posts were taken in. */
  posts: number
  /** Heartbeats since the last of them. */
  quietBeats: number
}

interface HttpLinesOptions {
  readonly entrance: Pick<Entrance, 'enter'>
  readonly beat: Beat
  /** A new unguessable ID. */
  readonly id: () => string
}

/**
 * Clients' lines without WebSockets: the server's frames come as server-sent events, the client's in posts. The first event
 * names the line; posts carry that name back, and a number by which one that comes twice is told. A room cannot tell such a
 * line from a socket.
 */
export class HttpLines {
  readonly #options: HttpLinesOptions
  /** By their names, which only their clients know. */
  readonly #lines = new Map<string, Line>()
  readonly #encode = eventEncoder((frame) => `data: ${frame}\n\n`)

  constructor(options: HttpLinesOptions) {
    this.#options = options
  }

  /** @throws (rejects) as entering the room does. */
  async open(request: Request, room: string, address?: string): Promise<Response> {
    const { entrance, beat, id } = this.#options
    const name = id()
    const hold = new Hold()
    let isOver = false
    const over = () => {
      isOver = true
      stopBeat()
      this.#lines.delete(name)
      hold.end()
    }
    const gone = () => {
      const line = this.#lines.get(name)
      over()
      line?.connection.closed()
    }
    const stream = new EventStream(beat, gone)
    const stopBeat = beat.add(() => {
      const line = this.#lines.get(name)
      if (line === undefined || ++line.quietBeats * BEAT_MS < LINE_SILENCE_MS_MAX) return
      stream.cut()
      gone()
    })
    stream.write(new TextEncoder().encode(`event: line\ndata: ${JSON.stringify({ line: name })}\n\n`))
    try {
      const socket: RoomSocket = {
        send: (frame) => stream.write(this.#encode(frame)),
        close() {
          over()
          stream.close()
        },
        cut() {
          over()
          stream.cut()
        },
        pause: () => hold.begin(),
        resume: () => hold.end(),
        get bufferedBytes() {
          return stream.bufferedBytes
        },
      }
      const connection = await entrance.enter(request, room, socket, address)
      if (isOver) connection.closed()
      else this.#lines.set(name, { room, connection, hold, posts: 0, quietBeats: 0 })
      return stream.response
    } catch (error) {
      over()
      stream.cut()
      throw error
    }
  }

  /**
   * Hands a post's frames to its line's room, one by one. Resolves when that is done: while the line is held back, its client is
   * not to send more.
   *
   * @param number counts the line's posts, from 1
   * @throws (rejects) SavepointError `no-line` if there is no such line (any more), `bad-message` if a post is missing before this one
   */
  async post(name: string, room: string, number: number, body: string): Promise<void> {
    const line = this.#lines.get(name)
    if (line !== undefined) line.quietBeats = 0
    while (line?.hold.isOver === false) await line.hold.over
    if (line === undefined || line.room !== room || !this.#lines.has(name)) throw new SavepointError('no-line', NO_LINE)
    // A browser sends a request again if the connection that it had kept for it turns out to be closed.
    if (number > 0 && number <= line.posts) return
    if (number !== line.posts + 1) throw new SavepointError('bad-message', OUT_OF_TURN)
    line.posts = number
    for (let start = 0; start < body.length && this.#lines.has(name); ) {
      const end = body.indexOf('\n', start)
      const frame = body.slice(start, end < 0 ? undefined : end)
      if (frame !== '') line.connection.receive(frame)
      start = end < 0 ? body.length : end + 1
    }
  }
}

const NO_LINE = 'There is no such line: it has ended, or never was. What is pending is kept; open another.'
const OUT_OF_TURN =
  'A post before this one is missing on its line. Nothing of it was taken, and what is pending is kept; open another line.'
