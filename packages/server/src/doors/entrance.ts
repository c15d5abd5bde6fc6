import { SavepointError } from '@savepoint/core'
import type { RoomConnection, RoomSocket } from '../room/room-socket.ts'
import type { ServerEvent } from '../room/server-event.ts'
import type { RoomHost } from '../rooms/room-host.ts'
import { checkRoomName } from '../rooms/room-name.ts'
import { AddressCounter } from './address-counter.ts'
import { AdmittedLine, HOLD_MS_MAX, type LineKeeper, TOO_FAST } from './admitted-line.ts'
import { type Admission, type Authority, admitClient, admitVisitor } from './authorize.ts'
import { KeptRequest } from './kept-request.ts'
import { RateLimiter } from './rate-limiter.ts'
import type { Rate } from './token-bucket.ts'

/** Lines about which the app is asked again at once: its own database is to be spared a burst. */
const RECHECKS_AT_ONCE_MAX = 100

/** How often it is asked about a line before it is let in, if rights change meanwhile. */
const ADMISSION_TRIES_MAX = 10

/** When a client may come back that was one too many of its address, in milliseconds. */
const CROWDED_RETRY_MS = 30_000

interface EntranceOptions extends Authority {
  readonly rooms: RoomHost
  /** Whether there is such a room. */
  readonly hasRoom: (room: string) => boolean | Promise<boolean>
  /** Returns what cancels it. */
  readonly after: (ms: number, task: () => void) => () => void
  /** Milliseconds that only ever go up. */
  readonly elapsed: () => number
  readonly rate: Rate
  readonly connectionsPerAddress: number
  readonly onEvent: (event: ServerEvent) => void
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
  readonly #keeper: LineKeeper
  readonly #lines = new Set<AdmittedLine>()
  readonly #limiter: RateLimiter
  readonly #addresses: AddressCounter
  /** Of each line that is coming in, which rechecks came meanwhile. */
  readonly #entering = new Set<WhichLines[]>()

  constructor(options: EntranceOptions) {
    this.#options = options
    this.#limiter = new RateLimiter(options.rate, options.elapsed)
    this.#addresses = new AddressCounter(options.connectionsPerAddress)
    const { now, after, onEvent } = options
    this.#keeper = {
      now,
      after,
      onEvent,
      ask: ({ request, room }) => admitClient(options, request.again(), room),
      take: ({ identity, bucket }, length) => this.#limiter.take(identity, bucket, length),
      over: (line) => {
        this.#lines.delete(line)
        line.leave()
      },
    }
  }

  /** For a door that gives what is in a room. */
  async read(request: Request, room: string): Promise<void> {
    await admitVisitor(this.#options, request, checkRoomName(room), 'read')
    await this.#mayReach(request, room)
  }

  /** For who wants a room to be there: who may create it, or read one that there is. */
  async create(request: Request, room: string): Promise<void> {
    if (await this.#options.hasRoom(checkRoomName(room))) return void (await admitVisitor(this.#options, request, room, 'read'))
    try {
      await admitVisitor(this.#options, request, room, 'create')
    } catch (error) {
      // Who may not even read is not to learn whether there is such a room.
      await admitVisitor(this.#options, request, room, 'read')
      throw error
    }
  }

  /**
   * Counts one more connection of an address that is to stay open. Returns what takes it away again.
   * @throws SavepointError `overloaded`
   */
  count(address: string | undefined): () => void {
    const leave = this.#addresses.take(address)
    if (leave === null) throw new SavepointError('overloaded', CROWDED, { retryAfterMs: CROWDED_RETRY_MS })
    return leave
  }

  /**
   * Lets a client's line into its room, for as long as it may stay.
   * @param address from where it comes, if it is not counted yet
   */
  async enter(request: Request, room: string, socket: RoomSocket, address?: string): Promise<RoomConnection> {
    const leave = this.count(address)
    try {
      return await this.#enter(request, room, socket, leave)
    } catch (error) {
      leave()
      throw error
    }
  }

  async #enter(request: Request, room: string, socket: RoomSocket, leave: () => void): Promise<RoomConnection> {
    const admission = await this.#admit(request, checkRoomName(room))
    const { visitor } = admission
    const bucket = this.#limiter.ownBucket(visitor.identity)
    const wait = this.#limiter.take(visitor.identity, bucket, 0)
    if (wait > HOLD_MS_MAX) throw new SavepointError('overloaded', TOO_FAST, { retryAfterMs: wait })
    const line = new AdmittedLine(this.#keeper, { room, socket, admission, request: new KeptRequest(request), bucket, leave })
    this.#lines.add(line)
    try {
      line.open(await this.#options.rooms.connect(room, line, visitor))
    } catch (error) {
      line.closed()
      throw error
    }
    return line
  }

  /**
   * Rights that change while it is asked about them are to hold as well.
   * @throws (rejects) SavepointError `unavailable` if they change all the time
   */
  async #admit(request: Request, room: string): Promise<Admission> {
    for (let tries = 0; tries < ADMISSION_TRIES_MAX; tries++) {
      const rechecks: WhichLines[] = []
      this.#entering.add(rechecks)
      try {
        const admission = await admitClient(this.#options, request, room)
        await this.#mayReach(request, room)
        const { identity } = admission.visitor
        if (!rechecks.some((which) => isMeant(which, { identity, room }))) return admission
      } finally {
        this.#entering.delete(rechecks)
      }
    }
    throw new SavepointError('unavailable', UNSETTLED)
  }

  /** Asks the app again about lines that were let in, and ends those of which it says something else now. */
  async recheck(which: WhichLines): Promise<void> {
    for (const rechecks of this.#entering) rechecks.push(which)
    const lines = [...this.#lines].filter((line) => isMeant(which, line))
    for (let at = 0; at < lines.length; at += RECHECKS_AT_ONCE_MAX)
      await Promise.all(lines.slice(at, at + RECHECKS_AT_ONCE_MAX).map((line) => line.recheck()))
  }

  async #mayReach(request: Request, room: string): Promise<void> {
    if (!(await this.#options.hasRoom(room))) await admitVisitor(this.#options, request, room, 'create')
  }
}

function isMeant({ identity, room }: WhichLines, line: { readonly identity: string; readonly room: string }): boolean {
  return (identity ?? line.identity) === line.identity && (room ?? line.room) === line.room
}

const UNSETTLED = 'What this client may do changes all the time. What is pending is kept; connect again in a while.'
const CROWDED = 'Too many connections are open from this address. What is pending is kept; the client comes back later.'
