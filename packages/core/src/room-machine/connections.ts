import type { ErrorCode } from '../errors/savepoint-error.ts'
import { encodeFrame } from '../protocol/frame.ts'
import type { Hello } from '../protocol/hello.ts'
import type { EncodedOutcome } from '../protocol/poke.ts'
import type { Sender } from './inbox.ts'
import type { RoomEffect } from './room-effect.ts'

/** A client's line, as the room's machine knows it. */
export interface Connection {
  readonly id: number
  readonly identity: string
  readonly auth: unknown
  /** True if it may read and not push. */
  readonly readOnly: boolean
  /**
   * `new`: no hello yet. `greeting`: what the hello needs is being read. `snapshot`: it is fetching one, and gets no pokes.
   * `behind`: more catch-up is being read. `live`: it has everything up to the room's version, and gets each batch.
   */
  state: 'new' | 'greeting' | 'snapshot' | 'behind' | 'live'
  /** Counts hellos, so that an answer to an earlier one is told. */
  turn: number
  /** Until it is answered. */
  hello: Hello | null
  /** On this socket it was told to fetch a snapshot. */
  wasTold: boolean
  /** Set by the first welcome; pushes are taken from then on. */
  sender: Sender | null
  /** Its welcome said that no push is taken for now. */
  wasPutOff: boolean
  lastMutationID: number
  /** True if the client's `confirmed` counts mutations of this incarnation of the room. */
  mayAcknowledge: boolean
  version: number
  /** The highest own mutationID whose outcome was sent, or need not be. */
  outcomesTo: number
  /** Outcomes of repeats, to go with the next poke. Null if there are none: most lines never have any. */
  owed: Map<number, EncodedOutcome> | null
}

/** The lines of a room, and which of them speaks for which client. What it says goes out as effects. */
export class Connections {
  readonly #emit: (effect: RoomEffect) => void
  readonly #byID = new Map<number, Connection>()
  readonly #speakers = new Map<string, Connection>()

  constructor(emit: (effect: RoomEffect) => void) {
    this.#emit = emit
  }

  get size(): number {
    return this.#byID.size
  }

  add({ id, identity, auth, readOnly }: Pick<Connection, 'id' | 'identity' | 'auth' | 'readOnly'>): Connection {
    const connection: Connection = {
      id,
      identity,
      auth,
      readOnly,
      state: 'new',
      turn: 0,
      hello: null,
      wasTold: false,
      sender: null,
      wasPutOff: false,
      lastMutationID: 0,
      mayAcknowledge: false,
      version: 0,
      outcomesTo: 0,
      owed: null,
    }
    this.#byID.set(id, connection)
    return connection
  }

  get(id: number): Connection | undefined {
    return this.#byID.get(id)
  }

  /** The connection that asked, unless it has gone or said hello again since. */
  awaiting({ connection, turn }: { readonly connection: number; readonly turn: number }): Connection | undefined {
    const found = this.#byID.get(connection)
    return found?.turn === turn ? found : undefined
  }

  /** As they are now: they may go while one looks. */
  all(): readonly Connection[] {
    return [...this.#byID.values()]
  }

  speakerOf(clientID: string): Connection | undefined {
    return this.#speakers.get(clientID)
  }

  /** From now on this connection, and no other, is the client's. */
  speak(connection: Connection, clientID: string): void {
    if (connection.sender?.clientID === clientID) return
    if (connection.sender !== null) this.#speakers.delete(connection.sender.clientID)
    connection.sender = { connection: connection.id, clientID, identity: connection.identity, auth: connection.auth }
    this.#speakers.set(clientID, connection)
  }

  send(connection: Connection, frame: string): void {
    this.#emit({ type: 'send', connection: connection.id, frame })
  }

  refuse(connection: Connection, code: ErrorCode, message: string): void {
    this.send(connection, encodeFrame({ type: 'refusal', code, message }))
    this.close(connection, code)
  }

  close(connection: Connection, reason: ErrorCode): void {
    this.#emit({ type: 'close', connection: connection.id, reason })
    this.forget(connection)
  }

  forget(connection: Connection): void {
    this.#byID.delete(connection.id)
    const clientID = connection.sender?.clientID
    if (clientID !== undefined && this.#speakers.get(clientID) === connection) this.#speakers.delete(clientID)
  }
}
