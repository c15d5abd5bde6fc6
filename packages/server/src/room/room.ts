import {
  type CommittedBatch,
  type Reason,
  type RoomEffect,
  type RoomEvent,
  type RoomLimits,
  RoomMachine,
  type RoomPosition,
  SavepointError,
  type Schema,
} from '@savepoint/core'
import { LIMITS } from '../limits.ts'
import { type Retention, readRetention } from '../retention.ts'
import { type AfterCommit, callAfterCommit } from './after-commit.ts'
import { LogCuts } from './log-cuts.ts'
import { reportBatch } from './report-batch.ts'
import { RoomEngine, type RoomEngineOptions } from './room-engine.ts'
import { type LineTaker, RoomLine } from './room-line.ts'
import type { RoomConnection, RoomSocket } from './room-socket.ts'
import { type HistoryEntry, historyEntryOf, inspectRoom, type RoomSummary, type RoomView, summarizeRoom } from './room-view.ts'
import { sendOrCut } from './send-or-cut.ts'
import type { LineEnd, ServerEvent } from './server-event.ts'
import type { Visitor } from './visitor.ts'

/** Wait before a failed room is opened again, in milliseconds; it doubles with each failure, up to the second. */
const RECOVERY_DELAY_MS_MIN = 100
const RECOVERY_DELAY_MS_MAX = 10_000

export interface RoomOptions extends RoomEngineOptions {
  /** How long its past is kept. Default: as by a server. */
  readonly retention?: Partial<Retention>
  /**
   * Bytes that may wait for a slow client. One for whom more wait when there is something to send is cut off, and catches up when it
   * comes back: the others never wait, and memory stays bounded. What is sent at once counts together, however long it is, so that
   * whoever reads at all gets on.
   */
  readonly socketBufferBytes?: number
  /** Default: those of a server. */
  readonly roomLimits?: RoomLimits | undefined
  readonly onEvent: (event: ServerEvent) => void
  readonly afterCommit?: AfterCommit
}

class ClientLine extends RoomLine {
  /** Null until it has said hello. */
  clientID: string | null = null
}

/** The net changes of a room after a version. */
export interface RoomChanges {
  /** Where they lead. */
  readonly position: RoomPosition
  /** JSON text of a `WirePatch`. */
  readonly patch: string
}

/**
 * A room: carries out what its machine decides. All of its work is in short steps between which other rooms have their
 * turn.
 */
export class Room {
  readonly name: string
  readonly schema: Schema
  /** There was no such room before this was opened. */
  readonly isNew: boolean
  readonly #options: RoomOptions
  readonly #machine: RoomMachine
  readonly #cuts: LogCuts
  readonly #lines = new Map<number, ClientLine>()
  readonly #taker: LineTaker = {
    received: (line, frame) => this.#received(line, frame),
    closed: (line) => this.#end(line, 'gone'),
  }
  #engine: RoomEngine | null
  #connections = 0
  #failures = 0
  #retryAt = 0
  #closing: Promise<void> | undefined
  #closed = () => {}
  /** Who was sent the last frame, if it was in this step. */
  #sendingTo: number | null = null
  /** Frames and their characters, ever. */
  #sentCount = 0
  #sentLength = 0
  /** Since when the oldest of what is queued may have waited, by the stopwatch. */
  #waitingSince = 0
  /** Reads and batches that use the engine now: it is closed only when there are none. */
  #working = 0
  #idle: (() => void)[] = []

  /** @throws SavepointError if the room cannot be opened as it is; SqliteError if its file cannot be used. */
  static async open(options: RoomOptions): Promise<Room> {
    return new Room(options, await RoomEngine.open(options))
  }

  private constructor(options: RoomOptions, engine: RoomEngine) {
    this.name = options.name
    this.schema = options.schema
    this.isNew = engine.isNew
    this.#options = options
    this.#engine = engine
    this.#cuts = new LogCuts({ retention: readRetention(options.retention), world: options.world })
    this.#machine = new RoomMachine(options.schema, engine.position, options.roomLimits)
  }

  /** What is committed. */
  get position(): RoomPosition {
    return this.#machine.position
  }

  get connectionCount(): number {
    return this.#lines.size
  }

  /** True if something is queued, or being written or read. */
  get isBusy(): boolean {
    return this.#machine.isBusy || this.#working > 0
  }

  /** Adds a client's line. */
  connect(socket: RoomSocket, { identity, auth, readOnly = false }: Visitor): RoomConnection {
    const connection = ++this.#connections
    const line = new ClientLine(connection, socket, this.#taker)
    this.#lines.set(connection, line)
    this.#options.onEvent({ event: 'line-opened', room: this.name })
    this.#step({ type: 'connected', connection, identity, auth, readOnly })
    return line
  }

  /**
   * The net changes after `since`, as JSON text of a `WirePatch`, and where they lead. Null if a snapshot is to be fetched.
   *
   * @throws SavepointError `unavailable`
   */
  async changes(since: number): Promise<RoomChanges | null> {
    const engine = this.#wanted()
    if (engine === null) throw new SavepointError('unavailable', UNAVAILABLE)
    const position = this.#machine.position
    if (since > position.version) return null
    const patch = await this.#work(() => engine.changes(since, position.version))
    return patch === null ? null : { position, patch }
  }

  /** True if a client at this version is sure to get a poke and not a snapshot. */
  async isShortCatchUp(from: number): Promise<boolean> {
    const engine = this.#wanted()
    return engine !== null && (await this.#work(() => engine.isShortCatchUp(from)))
  }

  /** How it stands, for figures. */
  get summary(): RoomSummary {
    return summarizeRoom(this.name, this.#machine, this.#engine)
  }

  /** It with its lines and clients. */
  inspect(): RoomView {
    return inspectRoom(this.name, this.#machine, this.#engine)
  }

  /**
   * The last `count` mutations that the log has whole, oldest first.
   *
   * @throws SavepointError `unavailable`
   */
  async history(count: number): Promise<readonly HistoryEntry[]> {
    const engine = this.#wanted()
    if (engine === null) throw new SavepointError('unavailable', UNAVAILABLE)
    return (await this.#work(() => engine.history(count))).map(historyEntryOf)
  }

  /** Takes no pushes any more, for this reason, or takes them again. */
  refusePushes(why: Reason | null): void {
    this.#step({ type: 'pushes-refused', why })
  }

  /** Takes in no more, runs what is queued, tells everyone, and closes the files. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#closed = resolve
      this.#step({ type: 'closing' })
    })
    if (this.#working > 0) await new Promise<void>((resolve) => this.#idle.push(resolve))
    try {
      this.#engine?.flush()
    } catch (error) {
      this.#options.onEvent({ event: 'room-failed', room: this.name, error })
    }
    this.#closeEngine()
  }

  #step(event: RoomEvent): void {
    this.#sendingTo = null
    try {
      for (const effect of this.#machine.step(event)) this.#carryOut(effect)
    } catch (error) {
      // Nobody foresaw it. It ends here, so that it is no other room's trouble.
      if (event.type === 'failed') this.#options.onEvent({ event: 'room-failed', room: this.name, error })
      else this.#failed(error)
    }
  }

  #carryOut(effect: RoomEffect): void {
    switch (effect.type) {
      case 'send':
        return this.#send(effect.connection, effect.frame)
      case 'close': {
        const line = this.#lines.get(effect.connection)
        this.#forget(effect.connection, effect.reason)
        return line?.socket.close(effect.reason)
      }
      case 'wake':
        return this.#options.world.schedule(() => this.#step({ type: 'drain' }))
      case 'commit':
        this.#run(async (engine) => {
          const { afterCommit, onEvent, watch, world } = this.#options
          const queued = effect.mutations
          const [at, began] = [world.now(), this.#stopwatch()]
          const waitMs = began - this.#waitingSince
          this.#waitingSince = began
          const batch = await engine.commit(queued)
          // The room has failed meanwhile; what became of this batch is found out when it is opened anew.
          if (this.#engine !== engine) return
          const committed = this.#stopwatch()
          onEvent(reportBatch({ room: this.name, batch, queued, at, waitMs, commitMs: committed - began }))
          const { lines, length } = this.#poke(batch)
          onEvent({ event: 'batch-poked', room: this.name, to: batch.to, lines, length, pokeMs: this.#stopwatch() - committed })
          if (afterCommit !== undefined) callAfterCommit(afterCommit, this.name, batch.entries, onEvent, watch)
          await this.#truncate(engine)
          if (engine.wantsSnapshot) await this.#saveSnapshot(engine)
        })
        return
      case 'find-client': {
        const line = this.#lines.get(effect.connection)
        if (line !== undefined) line.clientID = effect.clientID
        this.#run(async (engine) => {
          const client = engine.findClient(effect.clientID)
          this.#step({ type: 'client-found', connection: effect.connection, turn: effect.turn, client })
        })
        return
      }
      case 'catch-up':
        this.#run(async (engine) => {
          const catchUp = await engine.catchUp(effect)
          this.#step({ type: 'caught-up', connection: effect.connection, turn: effect.turn, catchUp })
        })
        return
      case 'find-outcomes':
        this.#run(async (engine) => {
          const { connection, turn, clientID, asked } = effect
          const outcomes = await engine.outcomes(clientID, Math.min(...asked.map(({ mutationID }) => mutationID)) - 1)
          this.#step({ type: 'outcomes-found', connection, turn, asked, outcomes })
        })
        return
      case 'acknowledge':
        return this.#engine?.acknowledge(effect.clientID, effect.confirmed)
      case 'recover':
        void this.#recover()
        return
      case 'closed':
        return this.#closed()
    }
  }

  #send(connection: number, frame: string): void {
    const follows = connection === this.#sendingTo
    this.#sendingTo = connection
    this.#sentCount++
    this.#sentLength += frame.length
    const line = this.#lines.get(connection)
    if (line === undefined) return
    const { socketBufferBytes = LIMITS.socketBufferBytes.standard, onEvent } = this.#options
    const bufferedBytes = sendOrCut(line.socket, frame, follows, socketBufferBytes)
    if (bufferedBytes === null) return
    onEvent({ event: 'client-cut', room: this.name, bufferedBytes })
    this.#end(connection, 'slow')
  }

  #received(connection: number, frame: string): void {
    if (!this.isBusy) this.#waitingSince = this.#stopwatch()
    this.#step({ type: 'frame', connection, frame })
  }

  #end(connection: number, reason: LineEnd): void {
    if (this.#forget(connection, reason)) this.#step({ type: 'disconnected', connection })
  }

  /** Tells everyone of a batch. Returns how many were sent something, and how much. */
  #poke(batch: CommittedBatch): { readonly lines: number; readonly length: number } {
    const [lines, length] = [this.#sentCount, this.#sentLength]
    this.#step({ type: 'committed', batch })
    return { lines: this.#sentCount - lines, length: this.#sentLength - length }
  }

  /** The line is no more. False if it was not there. */
  #forget(connection: number, reason: LineEnd): boolean {
    const line = this.#lines.get(connection)
    if (line === undefined) return false
    this.#lines.delete(connection)
    this.#options.onEvent({ event: 'line-closed', room: this.name, clientID: line.clientID, reason })
    return true
  }

  #stopwatch(): number {
    return this.#options.world.stopwatch?.() ?? 0
  }

  /** For who reads without a line. Where the room has failed it is null, and is opened anew for who comes next. */
  #wanted(): RoomEngine | null {
    if (this.#engine === null) this.#step({ type: 'wanted' })
    return this.#engine
  }

  /** Any failure of the engine is the room's: nothing more is answered until it has been opened anew. */
  #run(work: (engine: RoomEngine) => Promise<void>): void {
    const engine = this.#engine
    if (engine === null) return
    this.#work(() => work(engine)).catch((error: unknown) => {
      if (this.#engine === engine) this.#failed(error)
    })
  }

  async #work<T>(work: () => Promise<T>): Promise<T> {
    this.#working++
    try {
      return await work()
    } finally {
      this.#working--
      if (this.#working === 0) for (const resolve of this.#idle.splice(0)) resolve()
    }
  }

  #failed(error: unknown): void {
    this.#options.onEvent({ event: 'room-failed', room: this.name, error })
    this.#closeEngine()
    const delay = Math.min(RECOVERY_DELAY_MS_MAX, RECOVERY_DELAY_MS_MIN * 2 ** this.#failures)
    this.#failures++
    this.#retryAt = this.#options.world.elapsed() + delay
    this.#step({ type: 'failed', message: UNAVAILABLE })
  }

  async #recover(): Promise<void> {
    if (this.#options.world.elapsed() < this.#retryAt) return this.#step({ type: 'failed', message: UNAVAILABLE })
    try {
      const engine = await this.#work(async () => {
        this.#engine = await RoomEngine.open(this.#options)
        return this.#engine
      })
      this.#failures = 0
      this.#options.onEvent({ event: 'room-recovered', room: this.name, version: engine.position.version })
      this.#step({ type: 'recovered', position: engine.position })
    } catch (error) {
      this.#failed(error)
    }
  }

  async #truncate(engine: RoomEngine): Promise<void> {
    const due = this.#cuts.due(this.#machine.position.version)
    if (due !== null) this.#cuts.cut(due, await engine.truncate(due))
  }

  /** Without it recovery takes longer, and that is all: what is committed stands. */
  async #saveSnapshot(engine: RoomEngine): Promise<void> {
    try {
      await engine.saveSnapshot()
    } catch (error) {
      this.#options.onEvent({ event: 'snapshot-failed', room: this.name, error })
    }
  }

  #closeEngine(): void {
    try {
      this.#engine?.close()
    } catch (error) {
      this.#options.onEvent({ event: 'room-failed', room: this.name, error })
    }
    this.#engine = null
  }
}

const UNAVAILABLE =
  'The room cannot be written now. Nothing of this was acknowledged, and all of it is still pending; try again in a while.'
