import { decodeClientFrame, SavepointError, TOKEN_LENGTH_MAX } from '@savepoint/core'
import { refuse } from '../room/refuse.ts'
import type { RoomConnection, RoomSocket } from '../room/room-socket.ts'
import type { ServerEvent } from '../room/server-event.ts'
import type { Entrance } from './entrance.ts'
import { refusalOf } from './refusal-of.ts'

/** Characters of a line's first frame, an authorize or a hello: more is not read of somebody who is not known. */
export const FIRST_FRAME_LENGTH_MAX = TOKEN_LENGTH_MAX + 4096

/** Characters that may wait while it is found out whether a line may go on; a client that waits for its welcome sends few. */
const WAITING_LENGTH_MAX = 2 * 1024 * 1024

/** Where sockets come in. */
export interface SocketDoor {
  readonly entrance: Entrance
  readonly onEvent: (event: ServerEvent) => void
  /** Returns what cancels it. */
  readonly after: (ms: number, task: () => void) => () => void
  /** How long the client may take to say who it is. */
  readonly handshakeMs: number
}

interface Opening {
  /** The request for the upgrade. */
  readonly request: Request
  readonly room: string
  readonly socket: RoomSocket
  /** Takes it away from those of its address. */
  readonly leave: () => void
}

/** A socket from its first frame on: it has to say who it is, and all else waits until it has been let in. */
export class OpeningLine implements RoomConnection {
  readonly #door: SocketDoor
  readonly #room: string
  readonly #socket: RoomSocket
  readonly #leave: () => void
  /** Null once it was asked about. */
  #request: Request | null
  #cancelHandshake: () => void
  #connection: RoomConnection | null = null
  #stage: 'new' | 'entering' | 'in' | 'over' = 'new'
  /** Null once it is in. */
  #waiting: string[] | null = []
  #waitingLength = 0

  constructor(door: SocketDoor, { request, room, socket, leave }: Opening) {
    this.#door = door
    this.#room = room
    this.#socket = socket
    this.#leave = leave
    this.#request = request
    this.#cancelHandshake = door.after(door.handshakeMs, () => this.#refuse(new SavepointError('unavailable', SILENT)))
  }

  receive(frame: string): void {
    switch (this.#stage) {
      case 'new':
        return this.#first(frame)
      case 'entering':
        return this.#wait(frame)
      case 'in':
        return this.#connection?.receive(frame)
      case 'over':
        return
    }
  }

  closed(): void {
    this.#leave()
    this.#end()
  }

  #end(): void {
    this.#endHandshake()
    this.#stage = 'over'
    this.#waiting = null
    this.#connection?.closed()
  }

  #first(frame: string): void {
    const request = this.#request as Request
    this.#endHandshake()
    try {
      if (frame.length > FIRST_FRAME_LENGTH_MAX) throw new SavepointError('frame-too-large', TOO_LONG)
      const message = decodeClientFrame(frame)
      if (message.type === 'authorize') return void this.#enter(withToken(request, message.token))
      if (message.type !== 'hello') throw new SavepointError('bad-message', OUT_OF_TURN)
      this.#wait(frame)
      void this.#enter(request)
    } catch (error) {
      this.#refuse(error)
    }
  }

  #endHandshake(): void {
    this.#cancelHandshake()
    this.#cancelHandshake = NOTHING
    this.#request = null
  }

  async #enter(request: Request): Promise<void> {
    this.#stage = 'entering'
    this.#socket.pause?.()
    try {
      const connection = await this.#door.entrance.enter(request, this.#room, this.#socket)
      if (this.#isOver) return connection.closed()
      this.#connection = connection
      this.#stage = 'in'
    } catch (error) {
      return this.#refuse(error)
    }
    const waiting = this.#waiting ?? []
    this.#waiting = null
    for (const frame of waiting) this.receive(frame)
    this.#socket.resume?.()
  }

  /** It may have ended while something was awaited. */
  get #isOver(): boolean {
    return this.#stage === 'over'
  }

  #wait(frame: string): void {
    this.#waiting?.push(frame)
    this.#waitingLength += frame.length
    if (this.#waitingLength > WAITING_LENGTH_MAX) this.#refuse(new SavepointError('overloaded', TOO_MUCH))
  }

  #refuse(error: unknown): void {
    if (this.#isOver) return
    this.#end()
    this.#socket.resume?.()
    refuse(this.#socket, refusalOf(error, this.#door.onEvent))
  }
}

/** The request as it would be if a browser could send a header with it. */
function withToken(request: Request, token: string): Request {
  const headers = new Headers(request.headers)
  try {
    headers.set('authorization', `Bearer ${token}`)
  } catch (cause) {
    throw new SavepointError('bad-message', 'The token holds what no header can. Nothing was done; send another.', { cause })
  }
  return new Request(request, { headers })
}

const NOTHING = () => {}
const SILENT = 'Nothing was said for long after the socket was opened. What is pending is kept; connect again.'
const TOO_LONG = `The first frame has more than ${FIRST_FRAME_LENGTH_MAX} characters, the limit. It had no effect; a token has fewer.`
const TOO_MUCH = 'Too much was sent before the welcome. None of it had an effect, and what is pending is kept; wait for the welcome.'
const OUT_OF_TURN = 'The first frame was neither authorize nor hello. It had no effect; say hello first.'
