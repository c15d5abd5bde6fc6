import { encodeFrame } from '../protocol/frame.ts'
import type { Hello } from '../protocol/hello.ts'
import type { EncodedOutcome } from '../protocol/poke.ts'
import type { Reason } from '../protocol/refusal.ts'
import type { SchemaID } from '../schema/define-schema.ts'
import { checkClient, checkVersions, sharesHistory } from './check-hello.ts'
import type { ClientRecord } from './client-record.ts'
import type { Connection, Connections } from './connections.ts'
import type { Sender } from './inbox.ts'
import type { RoomEffect } from './room-effect.ts'
import type { CatchUp, RoomPosition } from './room-event.ts'
import { encodePokes } from './room-pokes.ts'

interface GreeterOptions {
  readonly schema: SchemaID
  readonly connections: Connections
  readonly emit: (effect: RoomEffect) => void
  /** What is committed now. */
  readonly position: () => RoomPosition
  /** Why no pushes are taken now, if none are. */
  readonly pushesRefused: () => Reason | null
  /** Who has pushed under a clientID what is not committed yet. */
  readonly pusherOf: (clientID: string) => Sender | undefined
}

/** What who may only read is told, with the welcome and of a push. */
export const READ_ONLY: Reason = {
  code: 'read-only',
  message: 'You may read this room, and not change it. What is pending is kept, and is sent when you may.',
}

/** From hello to live: checks who comes, welcomes them, and brings them level with the room. */
export class Greeter {
  readonly #schema: SchemaID
  readonly #connections: Connections
  readonly #emit: (effect: RoomEffect) => void
  readonly #position: () => RoomPosition
  readonly #pushesRefused: () => Reason | null
  readonly #pusherOf: (clientID: string) => Sender | undefined

  constructor({ schema, connections, emit, position, pushesRefused, pusherOf }: GreeterOptions) {
    this.#schema = schema
    this.#connections = connections
    this.#emit = emit
    this.#position = position
    this.#pushesRefused = pushesRefused
    this.#pusherOf = pusherOf
  }

  /** Takes a hello in. False if it was refused. */
  hello(connection: Connection, hello: Hello): boolean {
    const refusal = checkVersions(hello, this.#schema)
    if (refusal !== null) {
      this.#connections.refuse(connection, refusal.code, refusal.message)
      return false
    }
    connection.wasTold ||= connection.state === 'snapshot'
    connection.state = 'greeting'
    connection.turn++
    connection.hello = hello
    connection.mayAcknowledge = false
    connection.owed = null
    return true
  }

  /** Goes on with a hello that was taken in, if there is one. */
  greet({ id, turn, state, hello }: Connection): void {
    if (state === 'greeting' && hello !== null) this.#emit({ type: 'find-client', connection: id, turn, clientID: hello.clientID })
  }

  clientFound(connection: Connection | undefined, client: ClientRecord | null): void {
    const hello = connection?.hello
    if (connection === undefined || !hello || connection.state !== 'greeting') return
    const { version } = this.#position()
    // Its first mutations, too, make a clientID somebody's, before there is a record: their outcomes are nobody else's.
    const refusal = checkClient(connection.identity, client ?? this.#pusherOf(hello.clientID) ?? null)
    if (refusal !== null) return this.#connections.refuse(connection, refusal.code, refusal.message)
    const speaker = this.#connections.speakerOf(hello.clientID)
    if (speaker !== undefined && speaker !== connection) {
      if (speaker.identity !== connection.identity) {
        return this.#connections.refuse(
          connection,
          'unauthorized',
          'This clientID is in use by another identity. Nothing was applied; use a clientID of your own.',
        )
      }
      // A client closes its line before it opens another: who still listens here is another replica.
      this.#connections.refuse(
        speaker,
        'client-forked',
        'A newer connection under the same clientID has taken the place of this one. What is pending is kept; take a new clientID.',
      )
    }
    this.#connections.speak(connection, hello.clientID)
    connection.lastMutationID = client?.lastMutationID ?? 0
    if (!sharesHistory(hello, this.#position(), client, connection.wasTold)) return this.#welcome(connection, 'snapshot')
    connection.mayAcknowledge = true
    this.acknowledge(connection, hello.confirmed)
    connection.version = hello.base?.version ?? version
    connection.outcomesTo = Math.min(hello.confirmed, connection.lastMutationID)
    this.#catchUp(connection)
  }

  #welcome(connection: Connection, next: 'poke' | 'snapshot', version = this.#position().version): void {
    if (next === 'snapshot') connection.state = 'snapshot'
    connection.hello = null
    const { lastMutationID } = connection
    const putOff = this.#pushesRefused()
    const readOnly = connection.readOnly ? READ_ONLY : putOff
    connection.wasPutOff = putOff !== null
    const { epoch } = this.#position()
    this.#connections.send(connection, encodeFrame({ type: 'welcome', epoch, version, lastMutationID, next, readOnly }))
  }

  #catchUp(connection: Connection): void {
    const { version: to, digest } = this.#position()
    const { id, turn, version: from, outcomesTo: outcomesAfter } = connection
    const clientID = (connection.sender as Sender).clientID
    this.#emit({ type: 'catch-up', connection: id, turn, clientID, from, to, digest, outcomesAfter })
  }

  caughtUp(connection: Connection | undefined, catchUp: CatchUp | null): void {
    if (connection === undefined || (connection.state !== 'greeting' && connection.state !== 'behind')) return
    const isGreeting = connection.state === 'greeting'
    if (catchUp === null) {
      if (isGreeting) return this.#welcome(connection, 'snapshot')
      return this.#connections.refuse(
        connection,
        'overloaded',
        'This client fell too far behind the room. Nothing is lost; connect again for a snapshot.',
      )
    }
    if (isGreeting) this.#welcome(connection, 'poke', catchUp.to)
    const from = connection.version
    connection.version = catchUp.to
    connection.state = catchUp.to === this.#position().version ? 'live' : 'behind'
    // What is owed may have come of a version that this poke does not reach, and confirmed means visible.
    const owed = connection.state === 'live' ? this.takeOwed(connection) : []
    this.cover(connection, catchUp.outcomes)
    const outcomes = inOrder(catchUp.outcomes, owed)
    for (const frame of encodePokes(outcomes, from, catchUp.to, catchUp.digest, catchUp.patch)) this.#connections.send(connection, frame)
    if (connection.state === 'behind') this.#catchUp(connection)
  }

  /** Outcomes of repeats that it has not been sent yet. */
  takeOwed(connection: Connection): readonly EncodedOutcome[] {
    const { owed } = connection
    connection.owed = null
    return owed === null ? [] : [...owed.values()]
  }

  /** These are on their way to it. */
  cover(connection: Connection, outcomes: readonly EncodedOutcome[]): void {
    for (const { mutationID } of outcomes) if (mutationID > connection.outcomesTo) connection.outcomesTo = mutationID
  }

  /** Passes on which outcomes the client keeps, if it counts as the room does. */
  acknowledge(connection: Connection, confirmed: number): void {
    if (connection.mayAcknowledge && connection.sender !== null) {
      this.#emit({ type: 'acknowledge', clientID: connection.sender.clientID, confirmed })
    }
  }
}

/** Each once, in the order of mutationIDs, in which clients settle them. */
function inOrder(found: readonly EncodedOutcome[], owed: readonly EncodedOutcome[]): readonly EncodedOutcome[] {
  if (owed.length === 0) return found
  const byID = new Map([...found, ...owed].map((outcome) => [outcome.mutationID, outcome]))
  return [...byID.values()].sort((a, b) => a.mutationID - b.mutationID)
}
