import { type BasePosition, type ErrorCode, encodeFrame, PROTOCOL_VERSION, SavepointError, type SchemaID } from '@savepoint/core'
import type { RoomConnection, RoomSocket } from '../room/room-socket.ts'
import type { RoomStanding } from '../rooms/room-host.ts'

/** What a door's line tells of what comes after its greeting. */
interface DoorLineListener {
  /** A poke, as it came. */
  poked(frame: string): void
  /** The room has ended the line, and this is why; one that is cut is to lose what waits to be read. */
  ended(error: SavepointError, how: 'closed' | 'cut'): void
  /** Bytes that were handed on and are not read yet. */
  readonly bufferedBytes: number
}

interface Greeting {
  readonly clientID: string
  /** The room's own, if it is left out. */
  readonly schema?: SchemaID | undefined
  /** From where pokes are wanted; from now on, if it is left out. */
  readonly since?: number | undefined
  /** The incarnation that `since` is of; the room's own, if it is left out. */
  readonly epoch?: string | undefined
  readonly confirmed: number
}

/** What a room sends of which more is to be known than that it comes. */
type Answer =
  | {
      readonly type: 'welcome'
      readonly epoch: string
      readonly version: number
      readonly lastMutationID: number
      readonly next: 'poke' | 'snapshot'
    }
  | { readonly type: 'refusal'; readonly code: ErrorCode; readonly message: string; readonly retryAfterMs?: number }
  | { readonly type: 'poke' | 'pong' }

/**
 * A line on which a door speaks for someone who does not know the protocol: it says hello as a client with the room's content
 * at a version would, so that a room has only one kind of visitor to deal with.
 */
export class DoorLine implements RoomSocket {
  readonly #greeting: Greeting
  readonly #listener: DoorLineListener
  #connection: RoomConnection | undefined
  #greeted: (next: 'poke' | 'snapshot') => void = () => {}
  #refused: (error: SavepointError) => void = () => {}
  #isLive = false
  #isOver = false
  /** Why the room has ended it, if it has. */
  #ending: SavepointError | null = null
  /** Where the room was when it was last asked. */
  room: BasePosition | null = null

  constructor(greeting: Greeting, listener: DoorLineListener) {
    this.#greeting = greeting
    this.#listener = listener
  }

  /**
   * Enters a room and greets it, after which pokes come. False if only a snapshot leads from `since` to where the room is.
   *
   * @param lookAt asked when the room is entered, and so is there
   * @throws (rejects) SavepointError if the room refuses.
   */
  async open(enter: (socket: RoomSocket) => Promise<RoomConnection>, lookAt: () => Promise<RoomStanding>): Promise<boolean> {
    const connection = await enter(this)
    this.#connection = connection
    // The room may have ended it meanwhile, and whoever waited for it given up.
    if (this.#isOver) return this.#notOpened(connection)
    const standing = await lookAt()
    if (this.#isOver) return this.#notOpened(connection)
    const { since, epoch, schema = standing.schema } = this.#greeting
    let next: 'poke' | 'snapshot'
    this.room = standing.position
    do {
      next = await this.#hello(schema, { epoch: epoch ?? this.room.epoch, version: since ?? this.room.version })
      // Who has no version to go on from takes the room as it is by then.
    } while (next === 'snapshot' && since === undefined)
    return next === 'poke'
  }

  say(frame: string): void {
    this.#connection?.receive(frame)
  }

  /** Leaves the room; nothing more is told. */
  leave(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#connection?.closed()
  }

  get bufferedBytes(): number {
    return this.#listener.bufferedBytes
  }

  send(frame: string): void {
    if (this.#isOver) return
    // Pokes are long, and are passed on as they are.
    if (this.#isLive && frame.startsWith('{"type":"poke"')) return this.#listener.poked(frame)
    const answer = JSON.parse(frame) as Answer
    if (answer.type === 'refusal') this.#end(new SavepointError(answer.code, answer.message, answer))
    if (answer.type !== 'welcome') return
    const { epoch, version, next } = answer
    this.room = { epoch, version }
    // The poke that follows may come before whoever waits for the welcome has its turn.
    this.#isLive = next === 'poke'
    this.#greeted(next)
  }

  close(): void {
    this.#end(new SavepointError('unavailable', ENDED))
  }

  cut(): void {
    this.#end(new SavepointError('overloaded', CUT), 'cut')
  }

  /** @throws SavepointError if it was the room that has ended it */
  #notOpened(connection: RoomConnection): false {
    connection.closed()
    if (this.#ending !== null) throw this.#ending
    return false
  }

  #hello({ name, version, hash }: SchemaID, base: BasePosition): Promise<'poke' | 'snapshot'> {
    const { clientID, confirmed } = this.#greeting
    return new Promise((resolve, reject) => {
      this.#greeted = resolve
      this.#refused = reject
      const schema = { name, version, hash }
      this.say(encodeFrame({ type: 'hello', protocol: PROTOCOL_VERSION, clientID, schema, base, confirmed, issued: confirmed }))
    })
  }

  #end(error: SavepointError, how: 'closed' | 'cut' = 'closed'): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#ending = error
    this.#refused(error)
    this.#listener.ended(error, how)
  }
}

const ENDED = 'The room has ended this line. What was not answered may have happened; ask again.'
const CUT = 'Too much waited to be read, so the line was cut. Nothing is lost; go on from what was read last.'
