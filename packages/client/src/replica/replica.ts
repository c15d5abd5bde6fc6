import type { BasePosition, MutationFailure, Patch, TxReason } from '@savepoint/core'
import {
  Digest,
  type MutationRunResult,
  type ReplayResult,
  type RunRequest,
  type SyncedDatabase,
  type SyncedTable,
  storageFailureOf,
} from '@savepoint/sqlite'
import type { PendingMutation } from '../pending/pending-mutation.ts'
import { type Advance, Diverged, type Rebase } from './advance.ts'
import { Aside, rowsOf } from './aside.ts'
import { type BaseRecord, baseRecordWriter, readBaseRecord } from './base-record.ts'
import { ChangedRows } from './changed-rows.ts'
import { besidePredicted } from './prediction.ts'
import { predictionOf } from './prediction-of.ts'
import { type Prediction, Predictions } from './predictions.ts'
import { SavepointSpeculation } from './savepoint-speculation.ts'
import type { Speculation } from './speculation.ts'

/** A patch of more rows than that is not put on top of what is pending: it is applied once more when it is folded, and a replay costs less. */
const ON_TOP_ROWS_MIN = 32
const ON_TOP_ROWS_PER_PENDING = 2

/**
 * The oldest predictions are the next to be confirmed, and what they changed is needed then; a replay observes these, and
 * more if more are confirmed at a time. To observe all would make a rebase with 1,000 pending half as slow again.
 */
const OBSERVED_MUTATIONS_MIN = 32

/** Who runs mutations here, and where a fresh database starts. */
export interface ReplicaContext {
  readonly clientID: string
  /** What `tx.auth` tells. */
  readonly auth: unknown
  /** For a database that came as a snapshot. */
  readonly start?: { readonly position: BasePosition; readonly digest: Digest }
}

/**
 * A base (the room's content at a version, committed) and on top of it the predictions of what is pending.
 *
 * All methods are synchronous, so no reader sees a step half done. They throw StorageFailure if the database fails;
 * base and queue are then as before the call.
 */
export class Replica {
  readonly database: SyncedDatabase
  /** The synced tables by name. */
  readonly tables: ReadonlyMap<string, SyncedTable>
  readonly #auth: unknown
  readonly #speculation: Speculation
  readonly #write: (record: BaseRecord) => void
  readonly #predictions: Predictions
  /** Where the content stands, with what is confirmed but not yet in the base on disk. */
  #record: BaseRecord
  /** That, which the speculation holds as well. */
  #aside: Aside
  /** Where the base on disk stands. */
  #saved: BaseRecord
  /** False until the base on disk says itself where it stands. */
  #isSaved: boolean
  /** True while the speculation holds what is confirmed only as a replay of it, which is not to become the base. */
  #isReplayed = false
  #observedMutations = OBSERVED_MUTATIONS_MIN
  /** Tables that predictions wrote which were not observed. */
  #writtenTables: ReadonlySet<string> = new Set()
  /** What {@link observe} changed, if mutators did otherwise than before, and no advance has told yet. */
  #untold = new ChangedRows()
  #isRunning = false

  /** Opens the replica that a database holds, or an empty one. */
  constructor(database: SyncedDatabase, { clientID, auth, start }: ReplicaContext) {
    this.database = database
    this.#auth = auth
    this.tables = new Map(database.tables.map((table) => [table.name, table]))
    this.#predictions = new Predictions(() => database.noDependencies())
    this.#aside = new Aside(this.tables)
    this.#speculation = new SavepointSpeculation(database)
    const known = readBaseRecord(database.driver)
    this.#write = baseRecordWriter(database.driver)
    this.#record = {
      schemaHash: database.schema.hash,
      position: start?.position ?? known?.position ?? null,
      digest: start?.digest ?? known?.digest ?? new Digest(),
      clientID,
      lastMutationID: known?.clientID === clientID ? known.lastMutationID : 0,
    }
    this.#saved = this.#record
    this.#isSaved = known !== undefined
  }

  /** Null until the first snapshot. */
  get position(): BasePosition | null {
    return this.#record.position
  }

  /** The highest mutationID of this client whose effects the content holds as confirmed. */
  get lastMutationID(): number {
    return this.#record.lastMutationID
  }

  /** The highest mutationID whose effects the base on disk holds: pending mutations up to it may be forgotten. */
  get foldedMutationID(): number {
    return this.#saved.lastMutationID
  }

  /** The digest of the confirmed content: 16 hex digits. */
  get digest(): string {
    return this.#record.digest.toString()
  }

  get predictions(): readonly Prediction[] {
    return this.#predictions.all
  }

  /** The mutations of the predictions. */
  get pending(): readonly PendingMutation[] {
    return this.#predictions.mutations
  }

  /** Runs a new mutation on top of all others. It stays if it succeeds; if it fails, nothing of it does. */
  predict(mutation: PendingMutation): MutationRunResult {
    if (this.#isRunning) throw new Error('A mutator cannot start another mutation. Call the other mutator as a function, with the same tx.')
    try {
      this.#isRunning = true
      const result = this.#speculation.run(this.#request(mutation, 'optimistic'))
      if (result.ok) this.#predictions.add(predictionOf(mutation, 'optimistic', result))
      return result
    } catch (error) {
      this.#regain()
      throw error
    } finally {
      this.#isRunning = false
    }
  }

  /** Takes up what was pending before, on an empty speculation. */
  recover(pending: readonly PendingMutation[]): void {
    this.#predictions.replace(this.#predictAll(pending))
  }

  /**
   * Brings the base to a newer version.
   * @throws Diverged if the content would not have the room's digest.
   */
  advance(step: Advance): Rebase {
    const rebase = this.#advance(step)
    rebase.changed.addAll(this.#untold)
    this.#untold = new ChangedRows()
    return rebase
  }

  #advance(step: Advance): Rebase {
    const { position, clientID, lastMutationID } = step
    const beside = this.#shownBeside(step)
    if (beside === undefined) {
      return this.#replay(step.remaining, step.patch, (digest) => {
        if (digest.toString() !== step.digest) {
          throw new Diverged(`The replica's content at version ${position.version} has digest ${digest}, the room's has ${step.digest}`)
        }
        return { ...this.#record, position, digest, clientID, lastMutationID }
      })
    }
    const confirmed = this.#predictions.take(this.#predictions.length - step.remaining.length)
    this.#aside.add(confirmed, beside)
    this.#record = { ...this.#record, position, lastMutationID, digest: Digest.parse(step.digest) }
    const changed = this.#aside.isMuch(this.#predictions.length) ? this.#tryToFold() : new ChangedRows()
    changed.addPatch(beside, this.tables)
    return { rebased: false, undone: 0, replayed: [], changed }
  }

  /** Makes sure that the changes of the oldest `count` predictions are known, at the cost of a replay if they are not. */
  observe(count: number): void {
    this.#observedMutations = Math.max(OBSERVED_MUTATIONS_MIN, 4 * count)
    const oldest = this.predictions.slice(0, count)
    if (oldest.some((prediction) => prediction.changes === undefined)) this.#untold.addAll(this.withdraw(this.pending).changed)
  }

  /** Drops predictions that were never sent, and runs the remaining mutations again under the IDs that they have now. */
  withdraw(remaining: readonly PendingMutation[]): Rebase {
    if (this.#aside.size > 0) return this.#replay(remaining, [], () => this.#record)
    // Nothing is lost with the speculation but what runs again: the base need not be written, so its disk cannot refuse.
    this.#speculation.undo()
    return this.#rerun(remaining, [])
  }

  /**
   * Puts what is confirmed into the base on disk, if that costs no replay.
   * @returns what may read otherwise than before
   */
  foldIfCheap(): ChangedRows {
    return this.#predictions.length === 0 && this.#aside.size > 0 ? this.#fold() : new ChangedRows()
  }

  /** Puts all that is confirmed into the base on disk, and forgets predictions: the replica is of no more use then but to be closed. */
  finish(): void {
    if (this.#record !== this.#saved) this.#saveAside()
  }

  close(): void {
    this.database.close()
  }

  /** Returns what may read otherwise: a mutation that is replayed may come out otherwise than it did before. */
  #fold(): ChangedRows {
    if (this.#predictions.length > 0 || this.#isReplayed) return this.withdraw(this.pending).changed
    try {
      this.#speculation.promote(() => this.#write(this.#record))
      this.#folded()
      return new ChangedRows()
    } catch (error) {
      this.#regain()
      throw error
    }
  }

  /** The advance has happened, and can wait for its place on disk. */
  #tryToFold(): ChangedRows {
    try {
      return this.#fold()
    } catch (error) {
      if (storageFailureOf(error) === undefined) throw error
      return ChangedRows.ofTables(this.tables.keys())
    }
  }

  /**
   * What an advance changes beside what was predicted, put on top of what is shown. Undefined if this is no way to get there.
   */
  #shownBeside(step: Advance): Patch | undefined {
    const { position, clientID } = this.#record
    if (!this.#isSaved) return undefined
    const confirmed = this.#predictions.length - step.remaining.length
    if (confirmed < 0 || position?.epoch !== step.position.epoch || clientID !== step.clientID) return undefined
    const oldest = this.pending[confirmed]
    if (oldest?.seed !== step.remaining[0]?.seed || oldest?.mutationID !== step.remaining[0]?.mutationID) return undefined
    const settled = this.predictions.slice(0, confirmed)
    if (settled.some((prediction) => prediction.changes === undefined)) return undefined
    const changes = settled.flatMap((prediction) => prediction.changes ?? [])
    const beside = besidePredicted(changes, step.patch, this.tables)
    if (beside === undefined) return undefined
    const digest = this.#record.digest.copy()
    for (const change of changes) digest.change(change)
    if (beside.length > 0) {
      const delta = this.#putOnTop(beside)
      if (delta === undefined) return undefined
      digest.merge(delta)
    }
    return digest.toString() === step.digest ? beside : undefined
  }

  /**
   * Shows changes that nothing pending depends on, if that is cheaper than a rebase.
   * @returns by what the digest changes; undefined if they are not shown, or nothing is that was on top of the base
   */
  #putOnTop(patch: Patch): Digest | undefined {
    const rowsMax = ON_TOP_ROWS_MIN + ON_TOP_ROWS_PER_PENDING * this.#predictions.length
    if (this.#predictions.length === 0 || this.#isReplayed || rowsOf(patch) > rowsMax) return undefined
    if (!this.database.appliesOnTop(patch) || this.#predictions.dependOn(patch)) return undefined
    try {
      return this.#speculation.apply(patch)
    } catch {
      // The rebase that follows tells what it was.
      return undefined
    }
  }

  /** Undo, change the base, replay. If the base cannot be changed, all that was pending is replayed on the old one. */
  #replay(remaining: readonly PendingMutation[], patch: Patch, recordAfter: (digest: Digest) => BaseRecord): Rebase {
    const aside = this.#aside.patch()
    // What was confirmed comes as it came out; until now it may have been shown otherwise, or not at all.
    const shownAnew = this.#isReplayed ? aside : []
    try {
      this.#record = this.#speculation.commitBase(() => {
        this.database.apply(aside)
        const digest = this.#record.digest.copy()
        digest.merge(this.#applied(patch))
        const record = recordAfter(digest)
        this.#write(record)
        return record
      }, [aside, patch])
    } catch (error) {
      this.#regain()
      throw error
    }
    this.#folded()
    const rebase = this.#rerun(remaining, patch)
    rebase.changed.addPatch(shownAnew, this.tables)
    return rebase
  }

  #rerun(remaining: readonly PendingMutation[], patch: Patch): Rebase {
    const undone = this.predictions
    const changed = ChangedRows.ofTables(this.#writtenTables)
    this.#predictions.replace(this.#predictAll(remaining))
    changed.addTables(this.#writtenTables)
    changed.addPatch(patch, this.tables)
    const replayed = this.predictions
    for (const { changes } of [...undone, ...replayed]) if (changes !== undefined) changed.addChanges(changes)
    return { rebased: true, undone: undone.length, replayed, changed }
  }

  /** A patch that the tables refuse is as telling as another digest. */
  #applied(patch: Patch): Digest {
    try {
      return this.database.apply(patch)
    } catch (error) {
      if (storageFailureOf(error) !== undefined) throw error
      throw new Diverged(`The replica does not take the room's changes: ${(error as Error).message}`, { cause: error })
    }
  }

  /**
   * Runs what is pending. Never throws: if the database fails, nothing is predicted, and the next replay tries again.
   *
   * @param first what has to be on top of the base before
   */
  #predictAll(pending: readonly PendingMutation[], first: () => void = () => {}): Prediction[] {
    const withdrawn = new Set(this.predictions.filter((prediction) => prediction.withdrawn).map(({ mutation }) => mutation.seed))
    const requests = pending.map((mutation) => this.#request(mutation, 'rebase'))
    this.#isRunning = true
    try {
      first()
      const results = this.#speculation.runAll(requests, {
        mayFail: (i) => withdrawn.size > 0 && withdrawn.has((requests[i] as RunRequest).seed),
        isObserved: (i) => i < this.#observedMutations,
      })
      return pending.map((mutation, i) => predictionOf(mutation, 'rebase', results[i] as ReplayResult))
    } catch (error) {
      const failure: MutationFailure = {
        reason: 'rejected',
        code: 'storage',
        message: `It cannot be predicted now: ${(error as Error).message}`,
      }
      return pending.map((mutation) => ({ mutation, reason: 'rebase', changes: [], ran: undefined, value: undefined, withdrawn: failure }))
    } finally {
      this.#isRunning = false
      this.#writtenTables = this.database.takeWrittenTables()
    }
  }

  /**
   * What was on top of the base is gone. What is confirmed goes into the base, and what is pending is run again; if the
   * base takes nothing now, what is confirmed is shown without it.
   */
  #regain(): void {
    try {
      if (this.#aside.size > 0) this.#saveAside()
    } catch {
      this.#isReplayed = true
    }
    const isShown = this.#showAside()
    this.#predictions.replace(this.#predictAll(this.pending, isShown ? undefined : () => this.#runAside()))
  }

  /** Puts what is confirmed on top of the base as it came out. False if it has to be run again, since foreign keys stand in the way. */
  #showAside(): boolean {
    const aside = this.#aside.patch()
    if (aside.length === 0) return true
    if (this.database.needsForeignKeysOff(aside)) return false
    try {
      this.#speculation.apply(aside)
      return true
    } catch {
      return false
    }
  }

  /** Runs what is confirmed as it ran before: a mutator may do otherwise on a replay, and this is to come out as it did. */
  #runAside(): void {
    for (const { confirmed, beside } of this.#aside.parts) {
      const requests = confirmed.map(({ mutation, reason }) => this.#request(mutation, reason))
      this.#speculation.runAll(requests, { mayFail: () => false, isObserved: () => false })
      this.#speculation.apply(beside)
    }
  }

  #request({ mutationID, name, args, seed, createdAt }: PendingMutation, reason: TxReason): RunRequest {
    return { clientID: this.#record.clientID, mutationID, name, args, seed, now: createdAt, location: 'client', reason, auth: this.#auth }
  }

  #saveAside(): void {
    const aside = this.#aside.patch()
    this.#speculation.commitBase(() => {
      this.database.apply(aside)
      this.#write(this.#record)
    }, [aside])
    this.#folded()
  }

  #folded(): void {
    this.#aside = new Aside(this.tables)
    this.#saved = this.#record
    this.#isSaved = true
    this.#isReplayed = false
  }
}
