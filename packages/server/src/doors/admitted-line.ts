import { encodeData, SavepointError } from '@savepoint/core'
import { TIMER_MS_MAX } from '../limits.ts'
import { refuse } from '../room/refuse.ts'
import type { RoomConnection, RoomSocket } from '../room/room-socket.ts'
import type { ServerEvent } from '../room/server-event.ts'
import type { Visitor } from '../room/visitor.ts'
import type { Admission } from './authorize.ts'
import type { KeptRequest } from './kept-request.ts'
import type { TokenBucket } from './token-bucket.ts'

/** The longest that a line is held back, in milliseconds: a client that hears nothing for twice its heartbeat of 15 s comes back. */
export const HOLD_MS_MAX = 10_000

/** Characters that may wait while a line is held back. */
const WAITING_LENGTH_MAX = 2 * 1024 * 1024

/** What a server does for all lines that it has let in. */
export interface LineKeeper {
  /** Asks the app again. */
  ask(line: AdmittedLine): Promise<Admission>
  readonly now: () => number
  readonly after: (ms: number, task: () => void) => () => void
  /** Counts a frame of this length. Returns for how many milliseconds no more is to be read. */
  take(line: AdmittedLine, length: number): number
  over(line: AdmittedLine): void
  readonly onEvent: (event: ServerEvent) => void
}

/** Whose line it is, and what it came with. */
interface Admitted {
  readonly room: string
  readonly socket: RoomSocket
  readonly admission: Admission
  /** What the app is asked about. */
  readonly request: KeptRequest
  /** What it takes from, if it is of nobody in particular. */
  readonly bucket: TokenBucket | null
  /** Takes it away from those of its address. */
  readonly leave: () => void
}

/**
 * A line that was let in, for as long as it may stay: when its time is over, or the server says so, the app is asked about it
 * again, and frames wait meanwhile. Where the answer is another, the line ends with `expired`: the client comes back at once,
 * with a fresh token, and has lost nothing. It is also the socket that the room is given: that the room ends it is to be known here.
 */
export class AdmittedLine implements RoomConnection, RoomSocket {
  readonly room: string
  readonly visitor: Visitor
  readonly request: KeptRequest
  readonly bucket: TokenBucket | null
  readonly leave: () => void
  readonly #keeper: LineKeeper
  readonly #socket: RoomSocket
  #connection: RoomConnection | undefined
  #cancelExpiry = NOTHING
  #asking: Promise<void> | null = null
  /** Why nothing is read now: frames wait while this is above 0. */
  #holds = 0
  #cancelHold = NOTHING
  #isOver = false
  /** Null if none has ever waited. */
  #waiting: string[] | null = null
  #waitingLength = 0

  constructor(keeper: LineKeeper, { room, socket, admission, request, bucket, leave }: Admitted) {
    this.#keeper = keeper
    this.#socket = socket
    this.room = room
    this.visitor = admission.visitor
    this.request = request
    this.bucket = bucket
    this.leave = leave
    this.#watch(admission.expiresAt)
  }

  get identity(): string {
    return this.visitor.identity
  }

  /** The room has taken it. */
  open(connection: RoomConnection): void {
    this.#connection = connection
    if (this.#isOver) connection.closed()
  }

  receive(frame: string): void {
    if (this.#isOver) return
    if (this.#holds === 0) {
      this.#connection?.receive(frame)
      return this.#slowDown(this.#keeper.take(this, frame.length))
    }
    this.#waiting ??= []
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
    this.#cancelHold()
    this.#waiting = null
    // Of a socket that is not read it is never heard that its other end has closed it too.
    if (this.#holds > 0) this.#socket.resume?.()
    this.#keeper.over(this)
  }

  send(frame: string, follows?: boolean): void {
    this.#socket.send(frame, follows)
  }

  close(reason: string): void {
    this.#ended()
    this.#socket.close(reason)
  }

  cut(): void {
    this.#ended()
    this.#socket.cut()
  }

  get bufferedBytes(): number {
    return this.#socket.bufferedBytes
  }

  /** Asks the app whether this line may go on as it is. Resolves when that is known, and done. */
  async recheck(): Promise<void> {
    // What is being found out may be from before a change that this is about.
    while (this.#asking !== null) await this.#asking
    if (this.#isOver) return
    this.#asking = this.#ask()
    await this.#asking
  }

  async #ask(): Promise<void> {
    this.#hold()
    try {
      const now = await this.#keeper.ask(this)
      if (!isSame(this.visitor, now.visitor)) throw new SavepointError('expired', CHANGED)
      this.#watch(now.expiresAt)
    } catch (error) {
      // What the client showed was good once, so a fresh one may be.
      const isRefused = !(error instanceof SavepointError) || error.code === 'unauthorized'
      this.#end(isRefused ? new SavepointError('expired', EXPIRED) : error)
    }
    this.#asking = null
    this.#release()
  }

  /** The frame was taken; the next ones have to wait for so long. */
  #slowDown(ms: number): void {
    if (ms === 0 || this.#isOver) return
    if (ms > HOLD_MS_MAX) return this.#end(new SavepointError('overloaded', TOO_FAST, { retryAfterMs: ms }))
    this.#hold()
    this.#cancelHold = this.#keeper.after(ms, () => this.#release())
  }

  #hold(): void {
    if (this.#holds++ === 0) this.#socket.pause?.()
  }

  #release(): void {
    if (--this.#holds > 0) return
    const waiting = this.#waiting ?? []
    this.#waiting = null
    this.#waitingLength = 0
    // The first of them may be too fast again.
    for (const frame of waiting) this.receive(frame)
    if (this.#holds === 0) this.#socket.resume?.()
  }

  #watch(expiresAt: number | undefined): void {
    this.#cancelExpiry()
    if (expiresAt === undefined || this.#isOver) return
    const wait = Math.min(expiresAt - this.#keeper.now(), TIMER_MS_MAX)
    this.#cancelExpiry = this.#keeper.after(wait, () => {
      if (this.#keeper.now() < expiresAt) this.#watch(expiresAt)
      else void this.recheck()
    })
  }

  #end(error: SavepointError): void {
    if (this.#isOver) return
    this.closed()
    this.#keeper.onEvent({ event: 'refused', code: error.code })
    refuse(this.#socket, error)
  }
}

/** True if a room need not be told of a difference. */
function isSame(a: Visitor, b: Visitor): boolean {
  return a.identity === b.identity && a.readOnly === b.readOnly && textOf(a.auth) === textOf(b.auth)
}

/** As rooms in other threads get it. What tells until when it holds may differ each time. */
function textOf(auth: unknown): string {
  if (typeof auth !== 'object' || auth === null) return encodeData(auth)
  const { expiresAt: _, ...rest } = auth as { readonly expiresAt?: unknown }
  return encodeData(structuredClone(rest))
}

const NOTHING = () => {}
const EXPIRED = 'What this client showed when it came is good no more. What is pending is kept; connect again with a fresh token.'
const CHANGED = 'What this client may do has changed. What is pending is kept; connect again.'
export const TOO_FAST = 'This client sends more than one may in a while. What is pending is kept; connect again later.'
const TOO_MUCH = 'Too much was sent while this line was held back. None of it had an effect, and it is still pending; connect again.'
