import {
  type Reason,
  type RoomEffect,
  type RoomEvent,
  type RoomLimits,
  RoomMachine,
  type RoomPosition,
  SavepointError,
  type Schema,
} from '@savepoint/core'
import { type AfterCommit, callAfterCommit } from './after-commit.ts'
import { cutWhenSlow } from './cut-when-slow.ts'
import { RoomEngine, type RoomEngineOptions } from './room-engine.ts'
import type { RoomConnection, RoomSocket } from './room-socket.ts'
import type { ServerEvent } from './server-event.ts'
import type { Visitor } from './visitor.ts'

/** Bytes that may wait for a slow client, if nothing else is said: some of the longest catch-ups, which clients take in one by one. */
export const SOCKET_BUFFER_BYTES_MAX = 64 * 1024 * 1024

/** Wait before a failed room is opened again, in milliseconds; it doubles with each failure, up to the second. */
const RECOVERY_DELAY_MS_MIN = 100
const RECOVERY_DELAY_MS_MAX = 10_000

/**
 * Versions by which the log may be longer than it is kept, at most, so that it is cut now and then and not at every batch. It is at
 * most twice as long as it is to be kept.
 */
const TRUNCATE_SLACK_MAX = 1000

export interface RoomOptions extends RoomEngineOptions {
  /** Versions that the log keeps for catch-up. */
  readonly versionsKept: number
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
  readonly #sockets = new Map<number, RoomSocket>()
  #engine: RoomEngine | null
  #connections = 0
  #failures = 0
  #retryAt = 0
  #floor = 0
  #closing: Promise<void> | undefined
  #closed = () => {}
  /** Who was sent the last frame, if it was in this step. */
  #sendingTo: number | null = null
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
    this.#machine = new RoomMachine(options.schema, engine.position, options.roomLimits)
  }

  /** What is committed. */
  get position(): RoomPosition {
    return this.#machine.position
  }

  get connectionCount(): number {
    return this.#sockets.size
  }

  /** True if something is queued, or being written or read. */
  get isBusy(): boolean {
    return this.#machine.isBusy || this.#working > 0
  }

  /** Adds a client's line. */
  connect(socket: RoomSocket, { identity, auth, readOnly = false }: Visitor): RoomConnection {
    const connection = ++this.#connections
    const { socketBufferBytes = SOCKET_BUFFER_BYTES_MAX, onEvent } = this.#options
    const bounded = cutWhenSlow(socket, socketBufferBytes, (bufferedBytes) => {
      this.#sockets.delete(connection)
      onEvent({ event: 'client-cut', room: this.name, bufferedBytes })
      this.#step({ type: 'disconnected', connection })
    })
    this.#sockets.set(connection, bounded)
    this.#step({ type: 'connected', connection, identity, auth, readOnly })
    return {
      receive: (frame) => this.#step({ type: 'frame', connection, frame }),
      closed: () => {
        if (this.#sockets.delete(connection)) this.#step({ type: 'disconnected', connection })
      },
    }
  }

  /**
   * The net changes after `since`, as JSON text of a `WirePatch`, and where they lead. Null if a snapshot is to be fetched.
   *
   * @throws SavepointError `unavailable`
   */
  async changes(since: number): Promise<RoomChanges | null> {
    const engine = this.#engine
    if (engine === null) throw new SavepointError('unavailable', UNAVAILABLE)
    const position = this.#machine.position
    if (since > position.version) return null
    const patch = await this.#work(() => engine.changes(since, position.version))
    return patch === null ? null : { position, patch }
  }

  /** True if a client at this version is sure to get a poke and not a snapshot. */
  async isShortCatchUp(from: number): Promise<boolean> {
    const engine = this.#engine
    return engine !== null && (await this.#work(() => engine.isShortCatchUp(from)))
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
        const socket = this.#sockets.get(effect.connection)
        this.#sockets.delete(effect.connection)
        return socket?.close(effect.reason)
      }
      case 'wake':
        return this.#options.world.schedule(() => this.#step({ type: 'drain' }))
      case 'commit':
        this.#run(async (engine) => {
          const batch = await engine.commit(effect.mutations)
          // The room has failed meanwhile; what became of this batch is found out when it is opened anew.
          if (this.#engine !== engine) return
          this.#options.onEvent({ event: 'batch-committed', room: this.name, from: batch.from, to: batch.to })
          this.#step({ type: 'committed', batch })
          const { afterCommit, onEvent, watch } = this.#options
          if (afterCommit !== undefined) callAfterCommit(afterCommit, this.name, batch.entries, onEvent, watch)
          await this.#truncate(engine)
        })
        return
      case 'find-client':
        this.#run(async (engine) => {
          const client = engine.findClient(effect.clientID)
          this.#step({ type: 'client-found', connection: effect.connection, turn: effect.turn, client })
        })
        return
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
    this.#sockets.get(connection)?.send(frame, follows)
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
    const floor = this.#machine.position.version - this.#options.versionsKept
    if (floor - this.#floor < Math.min(TRUNCATE_SLACK_MAX, Math.max(1, this.#options.versionsKept))) return
    const reached = await engine.truncate(floor)
    // A log that will not be cut now is asked again when it has grown as much once more.
    this.#floor = reached > this.#floor ? reached : floor
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
