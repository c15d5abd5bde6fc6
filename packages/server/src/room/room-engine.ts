import type { CatchUp, ClientRecord, CommittedBatch, EncodedOutcome, QueuedMutation, RoomPosition } from '@savepoint/core'
import type { ReplayResult, RunRequest } from '@savepoint/sqlite'
import { readLimits } from '../limits.ts'
import type { LogCut, LogEntry, LogRetention, RoomLog } from '../log/room-log.ts'
import { BatchLessons, type BatchRun, type MutationLimits, RunAgainError, runBatch } from './commit-batch.ts'
import { MergedChanges } from './merge-entries.ts'
import { RecentFailures } from './recent-failures.ts'
import { type RecoveredRoom, recoverRoom } from './recover-room.ts'
import type { RoomDatabase, RoomDatabaseOptions } from './room-database.ts'
import type { OpenRoomLog } from './room-storage.ts'
import type { ClientView } from './room-view.ts'
import type { RunWatch } from './run-watch.ts'

/** Characters of a catch-up's changes. Beyond it a snapshot is faster to fetch and far faster to take in. */
export const CATCH_UP_LENGTH_MAX = 8 * 1024 * 1024

/** Characters of log entries that are read for a catch-up, most of which may merge away, before a snapshot is cheaper. */
const CATCH_UP_READ_LENGTH_MAX = 32 * 1024 * 1024

/** A catch-up that is shorter than this is served whatever its share of the room. */
const CATCH_UP_LENGTH_FREE = 256 * 1024

/** Of the room's bytes; a longer catch-up is served as a snapshot. Applying a row costs many times what adopting its page does. */
const CATCH_UP_SHARE_MAX = 0.5

/** A batch that is durable, with what it left in the log. */
interface EngineBatch extends CommittedBatch {
  readonly entries: readonly LogEntry[]
}

/** What a room's engine is told of the world. */
export interface RoomWorld {
  /** Milliseconds since 1970. */
  now(): number
  /** Milliseconds that only ever go up. */
  elapsed(): number
  /** A new unguessable ID. */
  id(): string
  /** Runs a task soon, when others have had their turn. */
  schedule(task: () => void): void
  /** Milliseconds that only ever go up, for figures alone: nothing is decided by it. Without it, durations are told as 0. */
  stopwatch?(): number
}

export interface RoomEngineOptions extends RoomDatabaseOptions {
  readonly openLog: OpenRoomLog
  readonly world: RoomWorld
  readonly watch?: RunWatch
  /** Default: those of a server. */
  readonly mutationLimits?: MutationLimits | undefined
}

/**
 * A room's storage at work: runs batches and reads for clients. It knows no connections. One batch at a time is the
 * caller's to see to; after an error from {@link commit} it is of no more use, and a new one is opened.
 */
export class RoomEngine {
  /** There was no such room before this was opened. */
  readonly isNew: boolean
  readonly #database: RoomDatabase
  readonly #log: RoomLog
  readonly #world: RoomWorld
  readonly #name: string
  readonly #watch: RunWatch | undefined
  readonly #limits: MutationLimits
  readonly #keys: ReadonlyMap<string, readonly number[]>
  readonly #failures = new RecentFailures()
  #acknowledged = new Map<string, number>()
  #position: RoomPosition
  /** Where the log begins to be whole. */
  #floor: number

  /** Opens the database, claims the log, and brings the database up to the log where it lags behind. */
  static async open(options: RoomEngineOptions): Promise<RoomEngine> {
    return new RoomEngine(await recoverRoom(options), options)
  }

  private constructor(
    { database, log, position, floor, isNew }: RecoveredRoom,
    { name, world, watch, mutationLimits = readLimits() }: RoomEngineOptions,
  ) {
    this.#database = database
    this.#log = log
    this.#position = position
    this.#floor = floor
    this.isNew = isNew
    this.#world = world
    this.#name = name
    this.#watch = watch
    this.#limits = mutationLimits
    this.#keys = new Map([...database.synced.tables.map(({ name, pk }) => [name, pk] as const), ['sqlite_sequence', [0]]])
  }

  /** What is committed. */
  get position(): RoomPosition {
    return this.#position
  }

  /** A client's record as of the position. */
  findClient(clientID: string): ClientRecord | null {
    return this.#database.findCommittedClient(clientID)
  }

  /** Written with the next batch: what the log may forget is in no hurry. */
  acknowledge(clientID: string, confirmed: number): void {
    if (confirmed > (this.#acknowledged.get(clientID) ?? 0)) this.#acknowledged.set(clientID, confirmed)
  }

  /**
   * Runs mutations as one batch: durable, here and in the log, when the promise resolves.
   *
   * @throws whatever kept it from being durable. Whether it happened is unknown then; recover before serving again.
   */
  async commit(queued: readonly QueuedMutation[]): Promise<EngineBatch> {
    const lessons = new BatchLessons()
    this.#condemn(queued, lessons)
    let mutations = queued
    for (;;) {
      const before = this.#database.digest
      this.#database.digest = before.copy()
      this.#database.begin()
      try {
        return await this.#attempt(mutations, queued.slice(mutations.length), lessons)
      } catch (error) {
        this.#database.rollBack(before)
        if (!(error instanceof RunAgainError)) throw error
        mutations = mutations.slice(0, mutations.indexOf(error.last) + 1)
      }
    }
  }

  async #attempt(mutations: readonly QueuedMutation[], rest: readonly QueuedMutation[], lessons: BatchLessons): Promise<EngineBatch> {
    const database = this.#database
    const { version: from, epoch } = this.#position
    const started = this.#world.elapsed()
    const now = this.#world.now()
    const run = runBatch(mutations, {
      version: from,
      now,
      run: (requests) => this.#runAll(requests),
      digest: () => database.digest.toString(),
      findClient: database.clients.find,
      elapsedMs: () => this.#world.elapsed() - started,
      lessons,
      limits: this.#limits,
    })
    const position = { epoch, version: from + run.entries.length, digest: database.digest.toString() }
    this.#save(run, position, now)
    if (run.entries.length > 0) await this.#log.append(run.entries)
    database.commit()
    this.#position = position
    return {
      from,
      to: position.version,
      digest: position.digest,
      patch: run.patch,
      results: run.results,
      entries: run.entries,
      left: [...run.left, ...rest],
    }
  }

  #runAll(requests: readonly RunRequest[]): readonly ReplayResult[] {
    const { synced, digest } = this.#database
    const name = (i: number) => (requests[i] as RunRequest).name
    const watch = this.#watch
    watch?.running(this.#name, requests)
    let results: readonly ReplayResult[]
    try {
      results = synced.runAll(requests, {
        mayFail: (i) => this.#failures.has(name(i)),
        isObserved: () => true,
        ...(watch && { started: (i) => watch.started(i) }),
      })
    } finally {
      watch?.done()
    }
    for (const [i, result] of results.entries()) {
      this.#failures.note(name(i), result.ok)
      if (result.ok) for (const change of result.changes ?? []) digest.change(change)
    }
    return results
  }

  /** What was ended from outside when it ran before is not run again. */
  #condemn(queued: readonly QueuedMutation[], lessons: BatchLessons): void {
    const watch = this.#watch
    if (watch === undefined) return
    for (const one of queued) {
      const { clientID } = one.sender
      const failure = watch.condemned(this.#name, { clientID, mutationID: one.mutation.mutationID, seed: one.mutation.seed })
      if (failure !== undefined) lessons.condemned.set(one, failure)
    }
  }

  #save(run: BatchRun, position: RoomPosition, now: number): void {
    if (run.entries.length > 0) this.#database.savePosition(position)
    for (const [clientID, client] of run.clients) this.#database.clients.save(clientID, client, now)
    this.#saveAcknowledged()
  }

  /** If the transaction fails, they are lost, and said again by the clients with their next pushes and pings. */
  #saveAcknowledged(): void {
    for (const [clientID, confirmed] of this.#acknowledged) this.#database.clients.acknowledge(clientID, confirmed)
    this.#acknowledged = new Map()
  }

  /** All that changed after `from`, and the client's own outcomes. Null if a snapshot is to be fetched instead. */
  async catchUp(request: { clientID: string; from: number; to: number; digest: string; outcomesAfter: number }): Promise<CatchUp | null> {
    const { clientID, from, to, digest, outcomesAfter } = request
    const patch = await this.changes(from, to)
    if (patch === null) return null
    return { to, digest, patch, outcomes: await this.#log.outcomes(clientID, outcomesAfter, to) }
  }

  /** The net changes after one version and up to another, as JSON text of a `WirePatch`. Null as in {@link catchUp}. */
  async changes(from: number, to: number): Promise<string | null> {
    const merged = new MergedChanges((table) => this.#keys.get(table))
    const lengthMax = Math.min(CATCH_UP_LENGTH_MAX, Math.max(CATCH_UP_LENGTH_FREE, this.#database.bytes * CATCH_UP_SHARE_MAX))
    let read = 0
    for (let at = from; at < to; ) {
      const entries = await this.#log.read(at, to)
      const last = entries?.at(-1)
      if (entries === null || last === undefined) return null
      for (const { changes } of entries) {
        merged.add(changes)
        read += changes.length
      }
      if (merged.length > lengthMax || read > CATCH_UP_READ_LENGTH_MAX) return null
      at = last.version
      if (at < to) await new Promise<void>((resolve) => this.#world.schedule(resolve))
    }
    return merged.toString()
  }

  /** True if the changes after this version are there, and so few that they are served as a poke whatever the room's size. */
  async isShortCatchUp(from: number): Promise<boolean> {
    const to = this.#position.version
    let length = 0
    for (let at = from; at < to && length <= CATCH_UP_LENGTH_FREE; ) {
      const entries = await this.#log.read(at, to)
      const last = entries?.at(-1)
      if (entries === null || last === undefined) return false
      for (const { changes } of entries) length += changes.length
      at = last.version
    }
    return length <= CATCH_UP_LENGTH_FREE
  }

  /** A client's outcomes after a mutationID, as of the position. */
  async outcomes(clientID: string, after: number): Promise<readonly EncodedOutcome[]> {
    return this.#log.outcomes(clientID, after, this.#position.version)
  }

  /** The last entries that the log has whole, at most `count`, oldest first. */
  async history(count: number): Promise<readonly LogEntry[]> {
    const { version } = this.#position
    const entries: LogEntry[] = []
    for (let at = Math.max(this.#floor, version - count); at < version; ) {
      const read = await this.#log.read(at, version)
      if (read === null || read.length === 0) break
      entries.push(...read)
      at = (read.at(-1) as LogEntry).version
    }
    return entries
  }

  /** Versions that the log has whole. */
  get logVersions(): number {
    return this.#position.version - this.#floor
  }

  /** Bytes of the database, with the engine's tables and its log. */
  get bytes(): number {
    return this.#database.bytes
  }

  /** The clients that have pushed last. */
  recentClients(count: number): readonly ClientView[] {
    return this.#database.recentClients(count)
  }

  /** Writes down what clients have confirmed, and cuts the log down to what is to stay, or some of the way. Not while a batch runs. */
  async truncate(retention: LogRetention): Promise<LogCut> {
    this.flush()
    const acked = (clientID: string) => this.#database.clients.find(clientID)?.acked ?? Number.POSITIVE_INFINITY
    const cut = await this.#log.truncate(retention, acked)
    this.#floor = cut.floor
    return cut
  }

  /** Recovery would have a long way to go by the log alone. */
  get wantsSnapshot(): boolean {
    return this.#log.wantsSnapshot === true
  }

  /** Gives the log a copy of what is committed, so that recovery begins here, and the log can be cut up to here. */
  async saveSnapshot(): Promise<void> {
    await this.#log.saveSnapshot({ version: this.#position.version, image: this.#database.reader.serialize() })
  }

  /** Writes down what clients have confirmed. Not while a batch runs. */
  flush(): void {
    if (this.#acknowledged.size === 0) return
    this.#database.begin()
    this.#saveAcknowledged()
    this.#database.commit()
  }

  close(): void {
    this.#database.close()
  }
}
