import type { ErrorCode } from '../errors/savepoint-error.ts'
import { SavepointError } from '../errors/savepoint-error.ts'
import { type ClientMessage, decodeClientFrame, encodeFrame } from '../protocol/frame.ts'
import type { Hello } from '../protocol/hello.ts'
import type { EncodedOutcome } from '../protocol/poke.ts'
import type { Push } from '../protocol/push.ts'
import type { SchemaID } from '../schema/define-schema.ts'
import { forkedAt } from './admit.ts'
import { checkClient, checkVersions, sharesHistory } from './check-hello.ts'
import type { ClientRecord } from './client-record.ts'
import { Inbox, type QueuedMutation, type Sender } from './inbox.ts'
import type { RoomEffect } from './room-effect.ts'
import type { CatchUp, CommittedBatch, RoomEvent, RoomPosition } from './room-event.ts'
import { encodeBatchPoke, encodePokes } from './room-pokes.ts'

/** Connections of one room. Each batch is sent to all of them, so this bounds the time between two batches. */
export const CONNECTIONS_MAX = 10_000

/** Mutations of one batch: enough to share one disk flush among many, few enough that other rooms wait milliseconds. */
const BATCH_MUTATIONS_MAX = 500

interface Connection {
  readonly id: number
  readonly identity: string
  readonly auth: unknown
  /**
   * `new`: no hello yet. `greeting`: what the hello needs is being read. `snapshot`: it is fetching one, and gets no pokes.
   * `behind`: more catch-up is being read. `live`: it has everything up to the room's version, and gets each batch.
   */
  state: 'new' | 'greeting' | 'snapshot' | 'behind' | 'live'
  /** Counts hellos, so that an answer to an earlier one is told. */
  turn: number
  hello: Hello | null
  /** On this socket it was told to fetch a snapshot. */
  wasTold: boolean
  /** Set by the first welcome; pushes are taken from then on. */
  sender: Sender | null
  lastMutationID: number
  /** True if the client's `confirmed` counts mutations of this incarnation of the room. */
  mayAcknowledge: boolean
  version: number
  /** The highest own mutationID whose outcome was sent, or need not be. */
  outcomesTo: number
  /** Outcomes of repeats, to go with the next poke. */
  readonly owed: Map<number, EncodedOutcome>
}

/**
 * A room's decisions, with no I/O: who may speak, what is run next, and who gets which poke. It knows only what is
 * committed, so nothing it sends can be taken back. The shell around it carries out the effects and brings events.
 */
export class RoomMachine {
  readonly #schema: SchemaID
  #position: RoomPosition
  readonly #connections = new Map<number, Connection>()
  /** The one connection that speaks for each client. */
  readonly #speakers = new Map<string, Connection>()
  readonly #inbox = new Inbox()
  /** Taken before, and left over: first in the next batch. */
  #left: readonly QueuedMutation[] = []
  #status: 'serving' | 'broken' | 'closing' | 'closed' = 'serving'
  #isCommitting = false
  #isAwake = false
  #isRecovering = false
  #effects: RoomEffect[] = []

  constructor(schema: SchemaID, position: RoomPosition) {
    this.#schema = schema
    this.#position = position
  }

  /** What is committed. */
  get position(): RoomPosition {
    return this.#position
  }

  get connectionCount(): number {
    return this.#connections.size
  }

  /** True if something is queued or being committed. */
  get isBusy(): boolean {
    return this.#isCommitting || this.#left.length > 0 || this.#inbox.count > 0
  }

  step(event: RoomEvent): readonly RoomEffect[] {
    this.#effects = []
    switch (event.type) {
      case 'connected':
        this.#connected(event.connection, event.identity, event.auth)
        break
      case 'frame':
        this.#frame(this.#connections.get(event.connection), event.frame)
        break
      case 'disconnected': {
        // What it pushed stays queued: it was received, and the client may be gone for long.
        const connection = this.#connections.get(event.connection)
        if (connection !== undefined) this.#forget(connection)
        break
      }
      case 'client-found':
        this.#clientFound(this.#awaiting(event), event.client)
        break
      case 'caught-up':
        this.#caughtUp(this.#awaiting(event), event.catchUp)
        break
      case 'outcomes-found':
        this.#outcomesFound(this.#awaiting(event), event.asked, event.outcomes)
        break
      case 'drain':
        this.#drain()
        break
      case 'committed':
        this.#committed(event.batch)
        break
      case 'failed':
        this.#failed(event.message)
        break
      case 'recovered':
        this.#recovered(event.position)
        break
      case 'closing':
        if (this.#status !== 'closed') this.#status = 'closing'
        this.#finish()
        break
    }
    return this.#effects
  }

  /** The connection that asked, unless it has gone or said hello again since. */
  #awaiting({ connection, turn }: { connection: number; turn: number }): Connection | undefined {
    const found = this.#connections.get(connection)
    return found?.turn === turn ? found : undefined
  }

  #connected(id: number, identity: string, auth: unknown): void {
    const connection: Connection = {
      id,
      identity,
      auth,
      state: 'new',
      turn: 0,
      hello: null,
      wasTold: false,
      sender: null,
      lastMutationID: 0,
      mayAcknowledge: false,
      version: 0,
      outcomesTo: 0,
      owed: new Map(),
    }
    this.#connections.set(id, connection)
    if (this.#status === 'closing' || this.#status === 'closed') this.#refuse(connection, 'going-away', GOING_AWAY)
    else if (this.#connections.size > CONNECTIONS_MAX) {
      this.#refuse(
        connection,
        'overloaded',
        `The room has ${CONNECTIONS_MAX} connections, its limit. What is pending is kept; try again later.`,
      )
    }
  }

  #frame(connection: Connection | undefined, frame: string): void {
    if (connection === undefined || this.#status === 'closing' || this.#status === 'closed') return
    let message: ClientMessage
    try {
      message = decodeClientFrame(frame)
    } catch (error) {
      if (!(error instanceof SavepointError)) throw error
      return this.#refuse(connection, error.code, error.message)
    }
    if (message.type === 'hello') return this.#hello(connection, message)
    this.#acknowledge(connection, message.confirmed)
    if (message.type === 'push') return this.#push(connection, message)
    this.#effects.push({ type: 'send', connection: connection.id, frame: PONG })
  }

  #hello(connection: Connection, hello: Hello): void {
    const refusal = checkVersions(hello, this.#schema)
    if (refusal !== null) return this.#refuse(connection, refusal.code, refusal.message)
    connection.wasTold ||= connection.state === 'snapshot'
    connection.state = 'greeting'
    connection.turn++
    connection.hello = hello
    connection.mayAcknowledge = false
    connection.owed.clear()
    if (this.#status === 'broken') this.#recover()
    else this.#findClient(connection, hello)
  }

  #findClient(connection: Connection, hello: Hello): void {
    this.#effects.push({ type: 'find-client', connection: connection.id, turn: connection.turn, clientID: hello.clientID })
  }

  #clientFound(connection: Connection | undefined, client: ClientRecord | null): void {
    const hello = connection?.hello
    if (connection === undefined || !hello || connection.state !== 'greeting') return
    const { version } = this.#position
    const refusal = checkClient(connection.identity, client)
    if (refusal !== null) return this.#refuse(connection, refusal.code, refusal.message)
    const speaker = this.#speakers.get(hello.clientID)
    if (speaker !== undefined && speaker !== connection) {
      if (speaker.identity !== connection.identity) {
        return this.#refuse(
          connection,
          'unauthorized',
          'This clientID is in use by another identity. Nothing was applied; use a clientID of your own.',
        )
      }
      this.#close(speaker, 'replaced by a newer connection of the same client')
    }
    this.#speak(connection, hello.clientID)
    connection.lastMutationID = client?.lastMutationID ?? 0
    if (!sharesHistory(hello, this.#position, client, connection.wasTold)) return this.#welcome(connection, 'snapshot')
    connection.mayAcknowledge = true
    this.#acknowledge(connection, hello.confirmed)
    connection.version = hello.base?.version ?? version
    connection.outcomesTo = Math.min(hello.confirmed, connection.lastMutationID)
    this.#catchUp(connection)
  }

  #speak(connection: Connection, clientID: string): void {
    if (connection.sender?.clientID === clientID) return
    if (connection.sender !== null) this.#speakers.delete(connection.sender.clientID)
    connection.sender = { connection: connection.id, clientID, identity: connection.identity, auth: connection.auth }
    this.#speakers.set(clientID, connection)
  }

  #welcome(connection: Connection, next: 'poke' | 'snapshot', version = this.#position.version): void {
    if (next === 'snapshot') connection.state = 'snapshot'
    const { lastMutationID } = connection
    this.#send(connection, encodeFrame({ type: 'welcome', epoch: this.#position.epoch, version, lastMutationID, next }))
  }

  #catchUp(connection: Connection): void {
    const { version: to, digest } = this.#position
    const { id, turn, version: from, outcomesTo: outcomesAfter } = connection
    const clientID = (connection.sender as Sender).clientID
    this.#effects.push({ type: 'catch-up', connection: id, turn, clientID, from, to, digest, outcomesAfter })
  }

  #caughtUp(connection: Connection | undefined, catchUp: CatchUp | null): void {
    if (connection === undefined || (connection.state !== 'greeting' && connection.state !== 'behind')) return
    const isGreeting = connection.state === 'greeting'
    if (catchUp === null) {
      if (isGreeting) return this.#welcome(connection, 'snapshot')
      return this.#refuse(
        connection,
        'overloaded',
        'This client fell too far behind the room. Nothing is lost; connect again for a snapshot.',
      )
    }
    if (isGreeting) this.#welcome(connection, 'poke', catchUp.to)
    const from = connection.version
    connection.version = catchUp.to
    const outcomes = [...this.#takeOwed(connection), ...catchUp.outcomes]
    this.#cover(connection, catchUp.outcomes)
    for (const frame of encodePokes(outcomes, from, catchUp.to, catchUp.digest, catchUp.patch)) this.#send(connection, frame)
    connection.state = catchUp.to === this.#position.version ? 'live' : 'behind'
    if (connection.state === 'behind') this.#catchUp(connection)
  }

  #takeOwed(connection: Connection): readonly EncodedOutcome[] {
    if (connection.owed.size === 0) return []
    const owed = [...connection.owed.values()]
    connection.owed.clear()
    return owed
  }

  #cover(connection: Connection, outcomes: readonly EncodedOutcome[]): void {
    for (const { mutationID } of outcomes) if (mutationID > connection.outcomesTo) connection.outcomesTo = mutationID
  }

  #acknowledge(connection: Connection, confirmed: number): void {
    if (connection.mayAcknowledge && connection.sender !== null) {
      this.#effects.push({ type: 'acknowledge', clientID: connection.sender.clientID, confirmed })
    }
  }

  #push(connection: Connection, push: Push): void {
    const { sender } = connection
    if (sender === null)
      return this.#refuse(connection, 'bad-message', 'A push came before the welcome. It had no effect; wait for the welcome.')
    if (this.#status === 'broken') return
    if (!this.#inbox.add(sender, push.mutations)) {
      return this.#refuse(
        connection,
        'overloaded',
        'Too much is queued. This push was not taken, and is still pending; push it again later, in smaller parts.',
      )
    }
    this.#wake()
  }

  #wake(): void {
    if (this.#isAwake || this.#isCommitting || (this.#inbox.count === 0 && this.#left.length === 0)) return
    this.#isAwake = true
    this.#effects.push({ type: 'wake' })
  }

  #drain(): void {
    this.#isAwake = false
    if (this.#isCommitting || this.#status === 'broken' || this.#status === 'closed') return
    const mutations = [...this.#left, ...this.#inbox.take(BATCH_MUTATIONS_MAX - this.#left.length)]
    this.#left = []
    if (mutations.length === 0) return this.#finish()
    this.#isCommitting = true
    this.#effects.push({ type: 'commit', mutations })
  }

  #committed(batch: CommittedBatch): void {
    this.#isCommitting = false
    this.#left = batch.left
    this.#position = { epoch: this.#position.epoch, version: batch.to, digest: batch.digest }
    const own = this.#processed(batch)
    if (batch.to > batch.from) {
      const poke = encodeBatchPoke(batch)
      for (const connection of this.#connections.values()) {
        if (connection.state !== 'live') continue
        const outcomes = own.get(connection) ?? []
        this.#cover(connection, outcomes)
        connection.version = batch.to
        for (const frame of poke(outcomes)) this.#send(connection, frame)
      }
    }
    this.#answerOthers(batch)
    this.#wake()
    this.#finish()
  }

  /** Outcomes, by who speaks for the client now. */
  #processed(batch: CommittedBatch): Map<Connection, EncodedOutcome[]> {
    const own = new Map<Connection, EncodedOutcome[]>()
    for (const result of batch.results) {
      const connection = this.#speakers.get(result.sender.clientID)
      if (result.kind === 'processed' && connection !== undefined) append(own, connection, result)
    }
    return own
  }

  /** Repeats are looked up, to be answered again; who may not go on is told so. */
  #answerOthers(batch: CommittedBatch): void {
    const repeats = new Map<Connection, { mutationID: number; seed: string }[]>()
    for (const result of batch.results) {
      const connection = this.#speakers.get(result.sender.clientID)
      if (connection === undefined) continue
      if (result.kind === 'repeat') append(repeats, connection, { mutationID: result.mutationID, seed: result.seed })
      else if (result.kind === 'refused' && connection.sender === result.sender) this.#stop(connection, result.code, result.message)
    }
    for (const [{ id, turn, sender }, asked] of repeats) {
      if (sender === null || !this.#connections.has(id)) continue
      this.#effects.push({ type: 'find-outcomes', connection: id, turn, clientID: sender.clientID, asked })
    }
  }

  /** Outcomes that are there no more were confirmed by the client, and need no answer. */
  #outcomesFound(
    connection: Connection | undefined,
    asked: readonly { mutationID: number; seed: string }[],
    found: readonly EncodedOutcome[],
  ): void {
    if (connection === undefined) return
    const byID = new Map(found.map((outcome) => [outcome.mutationID, outcome]))
    for (const { mutationID, seed } of asked) {
      const outcome = byID.get(mutationID)
      if (outcome === undefined) continue
      if (outcome.seed !== seed) {
        const refusal = forkedAt(mutationID)
        return this.#stop(connection, refusal.code, refusal.message)
      }
      connection.owed.set(mutationID, outcome)
    }
    if (connection.state !== 'live') return
    const { version, digest } = this.#position
    const owed = this.#takeOwed(connection)
    if (owed.length > 0) for (const frame of encodePokes(owed, version, version, digest, '[]')) this.#send(connection, frame)
  }

  #failed(message: string): void {
    this.#isCommitting = false
    this.#isRecovering = false
    this.#inbox.clear()
    this.#left = []
    if (this.#status === 'serving') this.#status = 'broken'
    for (const connection of [...this.#connections.values()])
      if (connection.state !== 'new') this.#refuse(connection, 'unavailable', message)
    this.#finish()
  }

  #recover(): void {
    if (this.#isRecovering) return
    this.#isRecovering = true
    this.#effects.push({ type: 'recover' })
  }

  #recovered(position: RoomPosition): void {
    this.#isRecovering = false
    this.#position = position
    if (this.#status === 'broken') this.#status = 'serving'
    for (const connection of this.#connections.values()) {
      if (connection.state === 'greeting' && connection.hello !== null) this.#findClient(connection, connection.hello)
    }
  }

  #finish(): void {
    if (this.#status !== 'closing' || this.isBusy) return
    this.#status = 'closed'
    for (const connection of [...this.#connections.values()]) this.#refuse(connection, 'going-away', GOING_AWAY)
    this.#effects.push({ type: 'closed' })
  }

  #send(connection: Connection, frame: string): void {
    this.#effects.push({ type: 'send', connection: connection.id, frame })
  }

  #refuse(connection: Connection, code: ErrorCode, message: string): void {
    this.#send(connection, encodeFrame({ type: 'refusal', code, message }))
    this.#close(connection, code)
  }

  /** As refuse, and what it had queued is not run. */
  #stop(connection: Connection, code: ErrorCode, message: string): void {
    const { sender } = connection
    if (sender !== null) {
      this.#inbox.drop(sender)
      this.#left = this.#left.filter((queued) => queued.sender !== sender)
    }
    this.#refuse(connection, code, message)
  }

  #close(connection: Connection, reason: string): void {
    this.#effects.push({ type: 'close', connection: connection.id, reason })
    this.#forget(connection)
  }

  #forget(connection: Connection): void {
    this.#connections.delete(connection.id)
    const clientID = connection.sender?.clientID
    if (clientID !== undefined && this.#speakers.get(clientID) === connection) this.#speakers.delete(clientID)
  }
}

const PONG = encodeFrame({ type: 'pong' })
const GOING_AWAY = 'The server is shutting down. What is pending is kept; connect again.'

function append<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [value])
  else list.push(value)
}
