import { type ErrorCode, SavepointError } from '../errors/savepoint-error.ts'
import { OUTCOME_UNKNOWN } from '../mutators/failure.ts'
import { type ClientMessage, decodeClientFrame, encodeFrame } from '../protocol/frame.ts'
import type { Hello } from '../protocol/hello.ts'
import type { EncodedOutcome } from '../protocol/poke.ts'
import type { Push } from '../protocol/push.ts'
import type { Reason } from '../protocol/refusal.ts'
import type { SchemaID } from '../schema/define-schema.ts'
import { forkedAt } from './admit.ts'
import { type Connection, Connections } from './connections.ts'
import { Greeter, READ_ONLY } from './greeter.ts'
import { Inbox, type QueuedMutation, type Sender } from './inbox.ts'
import type { LineView } from './line-view.ts'
import type { RoomEffect } from './room-effect.ts'
import type { CommittedBatch, RoomEvent, RoomPosition } from './room-event.ts'
import { ROOM_LIMITS, type RoomLimits } from './room-limits.ts'
import { encodeBatchPoke, encodePokes } from './room-pokes.ts'

/** Mutations of one batch: enough to share one disk flush among many, few enough that other rooms wait milliseconds. */
const BATCH_MUTATIONS_MAX = 500

/**
 * A room's decisions, with no I/O: who may speak, what is run next, and who gets which poke. It knows only what is
 * committed, so nothing it sends can be taken back. The shell around it carries out the effects and brings events.
 */
export class RoomMachine {
  #position: RoomPosition
  readonly #connections: Connections
  readonly #greeter: Greeter
  readonly #inbox: Inbox
  readonly #limits: RoomLimits
  #status: 'serving' | 'broken' | 'closing' | 'closed' = 'serving'
  /** The batch that is being committed; empty if none is. */
  #committing: readonly QueuedMutation[] = []
  #pushesRefused: Reason | null = null
  #isAwake = false
  #isRecovering = false
  #effects: RoomEffect[] = []

  constructor(schema: SchemaID, position: RoomPosition, limits: RoomLimits = ROOM_LIMITS) {
    this.#position = position
    this.#limits = limits
    this.#inbox = new Inbox(limits.pendingPerClient)
    const emit = (effect: RoomEffect) => void this.#effects.push(effect)
    this.#connections = new Connections(emit)
    this.#greeter = new Greeter({
      schema,
      connections: this.#connections,
      emit,
      position: () => this.#position,
      pushesRefused: () => this.#pushesRefused,
      pusherOf: (clientID) => this.#pusherOf(clientID),
    })
  }

  /** What is committed. */
  get position(): RoomPosition {
    return this.#position
  }

  get connectionCount(): number {
    return this.#connections.size
  }

  /** Mutations that wait, those that are being committed among them. */
  get queuedCount(): number {
    return this.#inbox.count + this.#committing.length
  }

  /** The lines as they stand. */
  get lines(): readonly LineView[] {
    return this.#connections.all().map(({ id, state, identity, readOnly, sender, version }) => ({
      connection: id,
      state,
      clientID: sender?.clientID ?? null,
      identity,
      readOnly,
      version: state === 'new' || state === 'greeting' || state === 'snapshot' ? null : version,
    }))
  }

  /** True if something is queued or being committed. */
  get isBusy(): boolean {
    return this.#isCommitting || this.#inbox.count > 0
  }

  step(event: RoomEvent): readonly RoomEffect[] {
    this.#effects = []
    switch (event.type) {
      case 'connected':
        this.#connected(event)
        break
      case 'frame':
        this.#frame(this.#connections.get(event.connection), event.frame)
        break
      case 'disconnected': {
        // What it pushed stays queued: it was received, and the client may be gone for long.
        const connection = this.#connections.get(event.connection)
        if (connection !== undefined) this.#connections.forget(connection)
        break
      }
      case 'client-found':
        this.#greeter.clientFound(this.#connections.awaiting(event), event.client)
        break
      case 'caught-up':
        this.#greeter.caughtUp(this.#connections.awaiting(event), event.catchUp)
        break
      case 'outcomes-found':
        this.#outcomesFound(this.#connections.awaiting(event), event.asked, event.outcomes)
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
      case 'wanted':
        if (this.#status === 'broken') this.#recover()
        break
      case 'recovered':
        this.#recovered(event.position)
        break
      case 'pushes-refused':
        this.#refusePushes(event.why)
        break
      case 'closing':
        if (this.#status !== 'closed') this.#status = 'closing'
        this.#finish()
        break
    }
    return this.#effects
  }

  #connected({ connection: id, identity, auth, readOnly }: Extract<RoomEvent, { type: 'connected' }>): void {
    const connection = this.#connections.add({ id, identity, auth, readOnly })
    if (this.#status === 'closing' || this.#status === 'closed') this.#connections.refuse(connection, 'going-away', GOING_AWAY)
    else if (this.#connections.size > this.#limits.clients) {
      this.#connections.refuse(
        connection,
        'overloaded',
        `The room has ${this.#limits.clients} connections, its limit. What is pending is kept; try again later.`,
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
      return this.#connections.refuse(connection, error.code, error.message)
    }
    // Who it is was settled before it came here.
    if (message.type === 'authorize') return
    if (message.type === 'hello') return this.#hello(connection, message)
    this.#greeter.acknowledge(connection, message.confirmed)
    if (message.type === 'push') return this.#push(connection, message)
    this.#effects.push({ type: 'send', connection: connection.id, frame: PONG })
  }

  #hello(connection: Connection, hello: Hello): void {
    if (!this.#greeter.hello(connection, hello)) return
    if (this.#status === 'broken') this.#recover()
    else this.#greeter.greet(connection)
  }

  #push(connection: Connection, push: Push): void {
    const { sender } = connection
    if (sender === null)
      return this.#connections.refuse(connection, 'bad-message', 'A push came before the welcome. It had no effect; wait for the welcome.')
    if (connection.readOnly && push.mutations.length > 0) return this.#connections.refuse(connection, READ_ONLY.code, READ_ONLY.message)
    const putOff = push.mutations.length > 0 ? this.#pushesRefused : null
    if (putOff !== null) return this.#connections.refuse(connection, putOff.code, putOff.message)
    if (this.#status === 'broken') return
    if ((push.mutations.at(-1)?.mutationID ?? 0) - push.confirmed > this.#limits.pendingPerClient) {
      const message = `More than ${this.#limits.pendingPerClient} outcomes are not confirmed. This push was not taken, and is still pending; confirm outcomes first.`
      return this.#connections.refuse(connection, 'overloaded', message)
    }
    if (!this.#inbox.add(sender, push.mutations)) {
      return this.#connections.refuse(
        connection,
        'overloaded',
        'Too much is queued. This push was not taken, and is still pending; push it again later, in smaller parts.',
      )
    }
    this.#wake()
  }

  /** What was taken in before is still run. Who was told to wait comes back when that is over. */
  #refusePushes(why: Reason | null): void {
    this.#pushesRefused = why
    if (why !== null) return
    for (const connection of this.#connections.all())
      if (connection.wasPutOff) this.#connections.refuse(connection, 'unavailable', TAKEN_AGAIN)
  }

  #pusherOf(clientID: string): Sender | undefined {
    return this.#inbox.senderOf(clientID) ?? this.#committing.find(({ sender }) => sender.clientID === clientID)?.sender
  }

  get #isCommitting(): boolean {
    return this.#committing.length > 0
  }

  #wake(): void {
    if (this.#isAwake || this.#isCommitting || this.#inbox.count === 0) return
    this.#isAwake = true
    this.#effects.push({ type: 'wake' })
  }

  #drain(): void {
    this.#isAwake = false
    if (this.#isCommitting || this.#status === 'broken' || this.#status === 'closed') return
    const mutations = this.#inbox.take(BATCH_MUTATIONS_MAX)
    if (mutations.length === 0) return this.#finish()
    this.#committing = mutations
    this.#effects.push({ type: 'commit', mutations })
  }

  #committed(batch: CommittedBatch): void {
    this.#committing = []
    this.#inbox.giveBack(batch.left)
    this.#position = { epoch: this.#position.epoch, version: batch.to, digest: batch.digest }
    const own = this.#processed(batch)
    if (batch.to > batch.from) {
      const poke = encodeBatchPoke(batch)
      const live = this.#connections.all().filter(({ state }) => state === 'live')
      // What most get, in one row, so that whoever turns it into bytes does so once.
      for (const connection of live) if (!own.has(connection)) this.#poke(connection, batch.to, poke([]))
      for (const connection of live) {
        const outcomes = own.get(connection)
        if (outcomes === undefined) continue
        this.#greeter.cover(connection, outcomes)
        this.#poke(connection, batch.to, poke(outcomes))
      }
    }
    this.#answerOthers(batch)
    this.#wake()
    this.#finish()
  }

  #poke(connection: Connection, to: number, frame: string): void {
    connection.version = to
    this.#connections.send(connection, frame)
  }

  /** Outcomes, by who speaks for the client now. */
  #processed(batch: CommittedBatch): Map<Connection, EncodedOutcome[]> {
    const own = new Map<Connection, EncodedOutcome[]>()
    for (const result of batch.results) {
      const connection = this.#connections.speakerOf(result.sender.clientID)
      if (result.kind === 'processed' && connection !== undefined) append(own, connection, result)
    }
    return own
  }

  /** Repeats are looked up, to be answered again; who may not go on is told so. */
  #answerOthers(batch: CommittedBatch): void {
    const repeats = new Map<Connection, { mutationID: number; seed: string }[]>()
    for (const result of batch.results) {
      const connection = this.#connections.speakerOf(result.sender.clientID)
      if (connection === undefined) continue
      if (result.kind === 'repeat') append(repeats, connection, { mutationID: result.mutationID, seed: result.seed })
      else if (result.kind === 'refused' && connection.sender === result.sender) this.#stop(connection, result.code, result.message)
    }
    for (const [{ id, turn, sender }, asked] of repeats) {
      if (sender === null || this.#connections.get(id) === undefined) continue
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
      const outcome = byID.get(mutationID) ?? { mutationID, seed, outcome: UNKNOWN }
      if (outcome.seed !== seed) {
        const refusal = forkedAt(mutationID)
        return this.#stop(connection, refusal.code, refusal.message)
      }
      connection.owed ??= new Map()
      connection.owed.set(mutationID, outcome)
    }
    if (connection.state !== 'live') return
    const { version, digest } = this.#position
    const owed = this.#greeter.takeOwed(connection)
    if (owed.length > 0) for (const frame of encodePokes(owed, version, version, digest, '[]')) this.#connections.send(connection, frame)
  }

  #failed(message: string): void {
    this.#committing = []
    this.#isRecovering = false
    this.#inbox.clear()
    if (this.#status === 'serving') this.#status = 'broken'
    for (const connection of this.#connections.all())
      if (connection.state !== 'new') this.#connections.refuse(connection, 'unavailable', message)
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
    for (const connection of this.#connections.all()) this.#greeter.greet(connection)
  }

  #finish(): void {
    if (this.#status !== 'closing' || this.isBusy) return
    this.#status = 'closed'
    for (const connection of this.#connections.all()) this.#connections.refuse(connection, 'going-away', GOING_AWAY)
    this.#effects.push({ type: 'closed' })
  }

  /** As refuse, and what it had queued is not run. */
  #stop(connection: Connection, code: ErrorCode, message: string): void {
    const { sender } = connection
    if (sender !== null) this.#inbox.drop(sender)
    this.#connections.refuse(connection, code, message)
  }
}

const UNKNOWN = JSON.stringify({ ok: false, ...OUTCOME_UNKNOWN })
const PONG = encodeFrame({ type: 'pong' })
const TAKEN_AGAIN = 'Changes are taken again. What is pending is kept; connect again.'
const GOING_AWAY = 'The server is shutting down. What is pending is kept; connect again.'

function append<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [value])
  else list.push(value)
}
