import { decodeClientFrame, type Refusal, SavepointError, TOKEN_LENGTH_MAX } from '@savepoint/core'
import type { RoomConnection, RoomSocket } from '../room/room-socket.ts'
import { refuse } from './refuse.ts'

/** Characters of a line's first frame, an authorize or a hello: more is not read of somebody who is not known. */
export const FIRST_FRAME_LENGTH_MAX = TOKEN_LENGTH_MAX + 4096

/** Characters that may wait while it is found out whether a line may go on; a client that waits for its welcome sends few. */
const WAITING_LENGTH_MAX = 2 * 1024 * 1024

interface OpeningLineOptions {
  readonly socket: RoomSocket
  /** The request for the upgrade. */
  readonly request: Request
  /** Lets the line in, with the token where HTTP has it. */
  readonly enter: (request: Request) => Promise<RoomConnection>
  /** What the client is told of an error. */
  readonly refusalOf: (error: unknown) => Omit<Refusal, 'type'>
  /** Returns what cancels it. */
  readonly after: (ms: number, task: () => void) => () => void
  /** How long the client may take to say who it is. */
  readonly handshakeMs: number
}

/** A socket from its first frame on: it has to say who it is, and all else waits until it has been let in. */
export class OpeningLine implements RoomConnection {
  readonly #options: Omit<OpeningLineOptions, 'request'>
  /** Null once it was asked about. */
  #request: Request | null
  #cancelHandshake: () => void
  #connection: RoomConnection | null = null
  #stage: 'new' | 'entering' | 'in' | 'over' = 'new'
  #waiting: string[] = []
  #waitingLength = 0

  constructor({ request, ...options }: OpeningLineOptions) {
    this.#options = options
    this.#request = request
    this.#cancelHandshake = options.after(options.handshakeMs, () => this.#refuse(new SavepointError('unavailable', SILENT)))
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
    this.#endHandshake()
    this.#stage = 'over'
    this.#waiting = []
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
    this.#options.socket.pause?.()
    try {
      const connection = await this.#options.enter(request)
      if (this.#isOver) return connection.closed()
      this.#connection = connection
      this.#stage = 'in'
    } catch (error) {
      return this.#refuse(error)
    }
    for (const frame of this.#waiting.splice(0)) this.receive(frame)
    this.#options.socket.resume?.()
  }

  /** It may have ended while something was awaited. */
  get #isOver(): boolean {
    return this.#stage === 'over'
  }

  #wait(frame: string): void {
    this.#waiting.push(frame)
    this.#waitingLength += frame.length
    if (this.#waitingLength > WAITING_LENGTH_MAX) this.#refuse(new SavepointError('overloaded', TOO_MUCH))
  }

  #refuse(error: unknown): void {
    if (this.#isOver) return
    this.closed()
    this.#options.socket.resume?.()
    refuse(this.#options.socket, this.#options.refusalOf(error))
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
