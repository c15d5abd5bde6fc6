import { SavepointError } from '@savepoint/core'
import type { RoomConnection, RoomSocket } from '../room/room-socket.ts'
import type { RoomHost } from '../rooms/room-host.ts'
import { checkRoomName } from '../rooms/room-name.ts'
import { AdmittedLine, HOLD_MS_MAX, TOO_FAST } from './admitted-line.ts'
import { type Authority, admitClient, admitVisitor } from './authorize.ts'
import { RateLimiter } from './rate-limiter.ts'
import type { Rate } from './token-bucket.ts'

/** Lines about which the app is asked again at once: its own database is to be spared a burst. */
const RECHECKS_AT_ONCE_MAX = 100

interface EntranceOptions extends Authority {
  readonly rooms: RoomHost
  /** Whether there is such a room. */
  readonly hasRoom: (room: string) => boolean | Promise<boolean>
  /** Returns what cancels it. */
  readonly after: (ms: number, task: () => void) => () => void
  /** Milliseconds that only ever go up. */
  readonly elapsed: () => number
  readonly rate: Rate
}

/** Which lines are meant: of one identity, in one room, or both; all of them if neither is given. */
export interface WhichLines {
  readonly identity?: string
  readonly room?: string
}

/**
 * Where every door asks who may go in. A room that there is not yet comes into being only for who may create it: who may only
 * read is not to fill the disk with the names that they think of.
 *
 * Each throws (rejects) SavepointError if the visitor may not, or there can be no such room.
 */
export class Entrance {
  readonly #options: EntranceOptions
  readonly #lines = new Set<AdmittedLine>()
  readonly #limiter: RateLimiter

  constructor(options: EntranceOptions) {
    this.#options = options
    this.#limiter = new RateLimiter(options.rate, options.elapsed)
  }

  /** For a door that gives what is in a room. */
  async read(request: Request, room: string): Promise<void> {
    await admitVisitor(this.#options, request, checkRoomName(room), 'read')
    await this.#mayReach(request, room)
  }

  /** Lets a client's line into its room, for as long as it may stay. */
  async enter(request: Request, room: string, socket: RoomSocket): Promise<RoomConnection> {
    const { rooms, now, after } = this.#options
    const ask = () => admitClient(this.#options, request, checkRoomName(room))
    const admission = await ask()
    await this.#mayReach(request, room)
    const { identity } = admission.visitor
    const bucket = this.#limiter.bucket()
    const take = (length: number) => this.#limiter.take(identity, bucket, length)
    const wait = take(0)
    if (wait > HOLD_MS_MAX) throw new SavepointError('overloaded', TOO_FAST, { retryAfterMs: wait })
    const line = new AdmittedLine({ room, socket, admission, ask, now, after, take, over: () => void this.#lines.delete(line) })
    this.#lines.add(line)
    try {
      line.open(await rooms.connect(room, line.socket, admission.visitor))
    } catch (error) {
      line.closed()
      throw error
    }
    return line
  }

  /** Asks the app again about lines that were let in, and ends those of which it says something else now. */
  async recheck({ identity, room }: WhichLines): Promise<void> {
    const lines = [...this.#lines].filter((line) => (identity ?? line.identity) === line.identity && (room ?? line.room) === line.room)
    for (let at = 0; at < lines.length; at += RECHECKS_AT_ONCE_MAX)
      await Promise.all(lines.slice(at, at + RECHECKS_AT_ONCE_MAX).map((line) => line.recheck()))
  }

  async #mayReach(request: Request, room: string): Promise<void> {
    if (!(await this.#options.hasRoom(room))) await admitVisitor(this.#options, request, room, 'create')
  }
}
