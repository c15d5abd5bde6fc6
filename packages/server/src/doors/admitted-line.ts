import { encodeData, SavepointError } from '@savepoint/core'
import type { RoomConnection, RoomSocket } from '../room/room-socket.ts'
import type { Visitor } from '../room/visitor.ts'
import type { Admission } from './authorize.ts'
import { refuse } from './refuse.ts'

/** The longest that a timer is set for, in milliseconds: one of more than 24 days would run at once. */
const TIMER_MS_MAX = 24 * 3_600_000

/** Characters that may wait while a line is asked about again. */
const WAITING_LENGTH_MAX = 2 * 1024 * 1024

interface AdmittedLineOptions {
  readonly room: string
  readonly socket: RoomSocket
  readonly admission: Admission
  /** Asks the app again. */
  readonly ask: () => Promise<Admission>
  readonly now: () => number
  readonly after: (ms: number, task: () => void) => () => void
  readonly over: () => void
}

/**
 * A line that was let in, for as long as it may stay: when its time is over, or the server says so, the app is asked about it
 * again, and frames wait meanwhile. Where the answer is another, the line ends with `expired`: the client comes back at once,
 * with a fresh token, and has lost nothing.
 */
export class AdmittedLine implements RoomConnection {
  readonly #options: AdmittedLineOptions
  readonly room: string
  /** What the room is given: that it ends the line is to be known here too. */
  readonly socket: RoomSocket
  #connection: RoomConnection | undefined
  #cancelExpiry = () => {}
  #isAsking = false
  #isOver = false
  #waiting: string[] = []
  #waitingLength = 0

  constructor(options: AdmittedLineOptions) {
    this.#options = options
    this.room = options.room
    this.socket = this.#watched(options.socket)
    this.#watch(options.admission.expiresAt)
  }

  get identity(): string {
    return this.#options.admission.visitor.identity
  }

  /** The room has taken it. */
  open(connection: RoomConnection): void {
    this.#connection = connection
    if (this.#isOver) connection.closed()
  }

  receive(frame: string): void {
    if (this.#isOver) return
    if (!this.#isAsking) return this.#connection?.receive(frame)
    this.#waiting.push(frame)
    this.#waitingLength += frame.length
    if (this.#waitingLength > WAITING_LENGTH_MAX) this.#end(new SavepointError('overloaded', TOO_MUCH))
  }

  closed(): void {
    if (this.#isOver) return
    this.#ended()
    this.#connection?.closed()
  }

  #ended(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#cancelExpiry()
    this.#waiting = []
    this.#options.over()
  }

  #watched(socket: RoomSocket): RoomSocket {
    const ended = () => this.#ended()
    return {
      send: (frame) => socket.send(frame),
      close(reason) {
        ended()
        socket.close(reason)
      },
      cut() {
        ended()
        socket.cut()
      },
      get bufferedBytes() {
        return socket.bufferedBytes
      },
    }
  }

  /** Asks the app whether this line may go on as it is. Resolves when that is known, and done. */
  async recheck(): Promise<void> {
    if (this.#isOver || this.#isAsking) return
    const { admission, ask, socket } = this.#options
    this.#isAsking = true
    socket.pause?.()
    try {
      const now = await ask()
      if (!isSame(admission.visitor, now.visitor)) throw new SavepointError('expired', CHANGED)
      this.#watch(now.expiresAt)
    } catch (error) {
      // What the client showed was good once, so a fresh one may be.
      const isRefused = !(error instanceof SavepointError) || error.code === 'unauthorized'
      this.#end(isRefused ? new SavepointError('expired', EXPIRED) : error)
    }
    this.#isAsking = false
    this.#waitingLength = 0
    socket.resume?.()
    for (const frame of this.#waiting.splice(0)) this.receive(frame)
  }

  #watch(expiresAt: number | undefined): void {
    this.#cancelExpiry()
    if (expiresAt === undefined || this.#isOver) return
    const wait = Math.min(expiresAt - this.#options.now(), TIMER_MS_MAX)
    this.#cancelExpiry = this.#options.after(wait, () => {
      if (this.#options.now() < expiresAt) this.#watch(expiresAt)
      else void this.recheck()
    })
  }

  #end(error: SavepointError): void {
    if (this.#isOver) return
    this.closed()
    refuse(this.#options.socket, error)
  }
}

/** True if a room need not be told of a difference. */
function isSame(a: Visitor, b: Visitor): boolean {
  return a.identity === b.identity && a.readOnly === b.readOnly && textOf(a.auth) === textOf(b.auth)
}

/** What tells until when it holds may differ each time. */
function textOf(auth: unknown): string {
  if (typeof auth !== 'object' || auth === null) return encodeData(auth)
  const { expiresAt: _, ...rest } = auth as { readonly expiresAt?: unknown }
  return encodeData(rest)
}

const EXPIRED = 'What this client showed when it came is good no more. What is pending is kept; connect again with a fresh token.'
const CHANGED = 'What this client may do has changed. What is pending is kept; connect again.'
const TOO_MUCH = 'Too much was sent while this line was checked. None of it had an effect, and it is still pending; connect again.'
