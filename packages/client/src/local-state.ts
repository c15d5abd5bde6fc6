import { type BasePosition, type ClientEffect, type Mutators, type Outcome, randomID, type Schema, seededRandom } from '@savepoint/core'
import { Digest, type MutationRunResult, SyncedDatabase } from '@savepoint/sqlite'
import { assertFollows } from './assert-follows.ts'
import type { ReceivedSnapshot, Snapshot, SnapshotSink } from './connection/transport.ts'
import { FlushWatch } from './flush-watch.ts'
import { openPendingStore } from './pending/open-pending-store.ts'
import type { PendingMutation, SettledMutation } from './pending/pending-mutation.ts'
import type { PendingStore } from './pending/pending-store.ts'
import { reconcile, renumber } from './pending/reconcile.ts'
import { prepareSettling, type Settled } from './prepare-settling.ts'
import { mergePatches } from './replica/merge-patches.ts'
import { openReplica } from './replica/open-replica.ts'
import { Diverged, type Prediction, type Rebase, Replica } from './replica/replica.ts'
import type { ReplicaStorage } from './storage.ts'

/** Snapshots up to this size are scanned whole to check their digest: some 50 ms. Of larger ones only what pokes touch is checked. */
const CHECKED_SNAPSHOT_BYTES_MAX = 4 * 1024 * 1024

export type ApplyEffect = Extract<ClientEffect, { type: 'apply' }>

interface LocalStateOptions {
  readonly storage: ReplicaStorage
  readonly schema: Schema
  readonly mutators: Mutators
  readonly auth: unknown
  readonly newClientID: () => string
  /** An error that was survived. */
  readonly report: (error: unknown) => void
  /** Told when more of what was saved survives a crash, on a storage where that comes later; with an error if it could not be brought there. */
  readonly flushed?: (error?: unknown) => void
}

/** What pokes did to the local state. */
export interface Applied {
  readonly rebase: Rebase
  readonly settled: readonly Settled[]
  /** True if a fetched snapshot has become the base. */
  readonly adopted: boolean
  /** True if the client goes under a new ID from now on. */
  readonly forked: boolean
}

/** All that a client keeps on its own device: the replica, the pending queue, and the outcomes. */
export class LocalState {
  readonly #options: LocalStateOptions
  readonly #store: PendingStore
  readonly #watch: FlushWatch
  #replica: Replica
  #generation: number
  #clientID: string
  #confirmed: number
  #issued: number
  /** Processed mutations whose effects the base holds, and whose outcomes are still to come. */
  #awaiting: readonly PendingMutation[] = []
  #unsaved: PendingMutation[] = []
  /** Outcomes that could not be saved yet. */
  #unkept: SettledMutation[] = []
  #kept: number
  /** True if the queue on disk has other IDs, or another base, than this one: it is then replaced as a whole. */
  #isQueueStale = false
  #staged: { readonly replica: Replica; readonly generation: number } | undefined

  /** @throws whatever the storage throws; it is let go then. */
  constructor(options: LocalStateOptions) {
    this.#options = options
    const { storage, newClientID, report } = options
    this.#store = openPendingStore({ storage, newClientID, report })
    try {
      ;({ clientID: this.#clientID, confirmed: this.#confirmed, generation: this.#generation } = this.#store.client)
      this.#kept = this.#confirmed
      this.#watch = new FlushWatch(storage, this.#kept, (error) => options.flushed?.(error))
      storage.keepOnly(this.#generation)
      this.#replica = this.#openReplica()
    } catch (error) {
      this.#store.close()
      throw error
    }
    const pending = this.#store.pending()
    const { lastMutationID } = this.#replica
    this.#awaiting = pending.filter((mutation) => mutation.mutationID <= lastMutationID)
    this.#replica.recover(pending.slice(this.#awaiting.length))
    this.#issued = Math.max(this.#confirmed, lastMutationID, pending.at(-1)?.mutationID ?? 0)
  }

  get clientID(): string {
    return this.#clientID
  }
  get position(): BasePosition | null {
    return this.#replica.position
  }
  get confirmed(): number {
    return this.#confirmed
  }
  /** Outcomes up to this mutationID are on disk: the server may forget them. */
  get kept(): number {
    return this.#watch.kept
  }
  /** Mutations up to this ID may be sent. None under an ID that the disk does not have: they would be sent again under the old one. */
  get sendable(): number {
    return this.#isQueueStale || this.#watch.isStale ? this.#confirmed : this.#issued
  }
  get lastMutationID(): number {
    return this.#replica.lastMutationID
  }
  get digest(): string {
    return this.#replica.digest
  }
  get database(): SyncedDatabase {
    return this.#replica.database
  }
  get storage(): ReplicaStorage {
    return this.#options.storage
  }

  /** Mutations without an outcome, oldest first. */
  get pending(): readonly PendingMutation[] {
    return this.#unfolded().filter((mutation) => mutation.mutationID > this.#confirmed)
  }

  get oldestPending(): PendingMutation | undefined {
    return this.#awaiting.find((mutation) => mutation.mutationID > this.#confirmed) ?? this.pendingAfter(this.#confirmed, 1)[0]
  }

  /** How many are pending. */
  get pendingCount(): number {
    return this.#issued - this.#confirmed
  }

  settledMutations(): readonly SettledMutation[] {
    return [...this.#store.settled(), ...this.#unkept]
  }

  /** The outcome of a mutation, if it is still kept. */
  outcomeOf(seed: string): Outcome | undefined {
    return this.#unkept.find((settled) => settled.seed === seed)?.outcome ?? this.#store.outcomeOf(seed)
  }

  /** What a mutation without an outcome last did here, unless the base holds its effects already. */
  predictionOf(seed: string): Prediction | undefined {
    return this.#replica.predictions.find(({ mutation }) => mutation.seed === seed && mutation.mutationID > this.#confirmed)
  }

  dismiss(seed: string): void {
    this.#store.dismiss(seed)
    this.#unkept = this.#unkept.filter((settled) => settled.seed !== seed)
  }

  /** Runs a new mutation; if it succeeds, it is pending from now on, though not yet saved. */
  add(call: Omit<PendingMutation, 'mutationID'>): { mutation: PendingMutation; result: MutationRunResult } {
    const mutation = { ...call, mutationID: this.#issued + 1 }
    const result = this.#replica.predict(mutation)
    if (result.ok) {
      this.#issued++
      this.#unsaved.push(mutation)
    }
    return { mutation, result }
  }

  /**
   * Puts on disk what is not there yet. If that fails, it is in memory all the same, and saved with the next that fits.
   * Returns when it survives a crash, or undefined if it does already.
   */
  save(): Promise<void> | undefined {
    if (this.#isQueueStale) this.#replaceQueue()
    // What the base holds needs no place in the queue.
    const unsaved = this.#unsaved.filter((mutation) => mutation.mutationID > this.#folded)
    if (unsaved.length > 0) this.#store.append(unsaved)
    this.#unsaved = []
    if (this.#kept < this.#confirmed) this.#settle()
    return this.#watch.committed(this.#kept)
  }

  /** Pending mutations after an ID, at most `count`. */
  pendingAfter(mutationID: number, count: number): readonly PendingMutation[] {
    const { predictions } = this.#replica
    const first = predictions[0]?.mutation.mutationID ?? 0
    const start = Math.max(0, mutationID + 1 - first)
    return predictions.slice(start, start + count).map((prediction) => prediction.mutation)
  }

  /**
   * Takes back a mutation that was never sent.
   * @throws SqliteError or StorageFailure if it cannot be taken back on disk; it is then pending as before.
   */
  cancel(seed: string): Rebase | undefined {
    const mutations = this.#replica.predictions.map((prediction) => prediction.mutation)
    const index = mutations.findIndex((mutation) => mutation.seed === seed)
    const cancelled = mutations[index]
    if (cancelled === undefined) return undefined
    const later = renumber(mutations.slice(index + 1), cancelled.mutationID)
    const remaining = [...mutations.slice(0, index), ...later]
    const rebase = this.#replica.withdraw(remaining)
    try {
      this.#issued--
      this.#watch.moved(this.#kept, true)
      this.#replaceQueue()
      this.#watch.committed(this.#kept)
      return rebase
    } catch (error) {
      // On disk it would come back, with the IDs of those after it.
      this.#issued++
      this.#replica.withdraw(mutations)
      throw error
    }
  }

  /** Takes a snapshot's file as it comes. Undefined if the storage takes whole ones only. */
  receive(): SnapshotSink | undefined {
    this.#makeRoom()
    return this.#options.storage.receive?.(this.#generation + 1)
  }

  /** Makes ready a snapshot that becomes the base with the poke that follows it. */
  stage(snapshot: Snapshot | ReceivedSnapshot): void {
    this.#makeRoom()
    const { storage, schema, mutators, auth } = this.#options
    const generation = this.#generation + 1
    const { epoch, version, digest } = snapshot
    const [image, size] = 'bytes' in snapshot ? [snapshot.bytes, snapshot.bytes.length] : (['received', snapshot.received] as const)
    const driver = storage.openBase(generation, image)
    try {
      const database = SyncedDatabase.open(driver, schema, mutators)
      if (size <= CHECKED_SNAPSHOT_BYTES_MAX && database.scanDigest().toString() !== digest) {
        throw new Diverged(`The snapshot at version ${version} does not have the digest that the server gave with it`)
      }
      const start = { position: { epoch, version }, digest: Digest.parse(digest) }
      this.#staged = { replica: new Replica(database, { clientID: this.#clientID, auth, start }), generation }
    } catch (error) {
      driver.close()
      this.#sweep()
      throw error
    }
  }

  /** A snapshot may take the place of the base that the disk still points to: where it does, the disk is told first. */
  #makeRoom(): void {
    this.unstage()
    if (this.#isQueueStale) this.save()
  }

  unstage(): void {
    if (this.#staged === undefined) return
    this.#staged.replica.close()
    this.#staged = undefined
    this.#sweep()
  }

  /**
   * Applies pokes that follow each other, and settles what they tell of. Those that came before a welcome's are part of
   * what it builds on, unless it comes with a snapshot, which is the first then.
   *
   * @throws Diverged, StorageFailure, or Error if they do not follow the base; the state is then as before.
   */
  apply(effects: readonly [ApplyEffect, ...ApplyEffect[]]): Applied {
    const [first] = effects
    const last = effects.at(-1) ?? first
    const staged = first.adopt ? this.#staged : undefined
    const replica = staged?.replica ?? this.#replica
    assertFollows(effects, replica.position)
    const outcomes = effects.flatMap((effect) => effect.poke.outcomes)
    const told = effects.findLast((effect) => effect.lastMutationID !== undefined)?.lastMutationID
    const known = told ?? Math.max(this.#confirmed, this.#replica.lastMutationID)
    const lastMutationID = outcomes.reduce((highest, outcome) => Math.max(highest, outcome.mutationID), known)
    const pending = this.#unfolded()
    const welcomed = told !== undefined
    const isCopy = effects.some((effect) => effect.fork)
    const reconciled = reconcile({ pending, outcomes, confirmed: this.#confirmed, lastMutationID, issued: this.#issued, welcomed, isCopy })
    const { awaiting, remaining, confirmed, forked, renumbered } = reconciled
    const patches = effects.map((effect) => effect.poke.patch)
    const patch = mergePatches(patches, replica.tables)
    if (!forked && !staged) this.#replica.observe(this.#replica.predictions.length - remaining.length)
    const settle = prepareSettling({ replica: this.#replica, reconciled, patch, adopted: staged !== undefined })
    const clientID = forked ? this.#otherClientID(remaining[0]) : this.#clientID
    const rebase = replica.advance({
      patch,
      position: { epoch: last.epoch, version: last.poke.to },
      digest: last.poke.digest,
      clientID,
      lastMutationID: forked ? 0 : lastMutationID,
      remaining,
    })
    const settled = settle(rebase)
    if (staged) {
      this.#replica.close()
      this.#replica = staged.replica
      this.#generation = staged.generation
      this.#staged = undefined
    }
    this.#clientID = clientID
    this.#awaiting = awaiting
    this.#confirmed = confirmed
    this.#kept = Math.min(this.#kept, confirmed)
    this.#issued = (forked ? 0 : lastMutationID) + remaining.length
    if (staged || forked || renumbered) this.#isQueueStale = true
    this.#watch.moved(this.#kept, forked || renumbered)
    this.#keep(settled)
    return { rebase, settled, adopted: staged !== undefined, forked }
  }

  /**
   * Brings the base on disk up to what is confirmed, if that is cheap.
   * @param changed told what may read otherwise now
   */
  fold(changed: (rows: Rebase['changed']) => void = () => {}): void {
    changed(this.#replica.foldIfCheap())
    this.save()
    this.#store.forget(this.#folded)
  }

  /**
   * What cannot be saved now was not durable, or comes again from the server. Returns as `save` does.
   */
  close(): Promise<void> | undefined {
    this.unstage()
    try {
      this.save()
      this.#replica.finish()
      this.#store.forget(this.#folded)
    } catch (error) {
      this.#options.report(error)
    }
    this.#replica.close()
    this.#store.close()
    return this.#options.storage.flushed?.()
  }

  #openReplica(): Replica {
    const { storage, schema, mutators, auth, report } = this.#options
    const clientID = this.#clientID
    const open = () => openReplica({ open: () => storage.openBase(this.#generation), schema, mutators, clientID, auth, report })
    const known = open()
    if (known !== undefined) return known
    // What is pending is kept, and a snapshot brings the rest.
    this.#generation++
    this.#store.replace({ clientID, confirmed: this.#confirmed, generation: this.#generation }, this.#store.pending(), [])
    storage.keepOnly(this.#generation)
    const fresh = open()
    if (fresh === undefined) throw new Error('A new base cannot be read back. Nothing was opened; what is pending is kept.')
    return fresh
  }

  /**
   * Saves outcomes, after what they are of: the base on disk may not hold it yet. If that fails, they are saved with the
   * next ones.
   */
  #keep(settled: readonly Settled[]): void {
    for (const { mutation, outcome } of settled) {
      const { name, args, createdAt, seed } = mutation
      this.#unkept.push({ name, args, createdAt, seed, outcome })
    }
    try {
      this.save()
    } catch (error) {
      this.#options.report(error)
    }
  }

  #settle(): void {
    this.#store.settle({ settled: this.#unkept, confirmed: this.#confirmed, folded: this.#folded })
    this.#unkept = []
    this.#kept = this.#confirmed
  }

  #replaceQueue(): void {
    const client = { clientID: this.#clientID, confirmed: this.#confirmed, generation: this.#generation }
    this.#store.replace(client, this.#unfolded(), this.#unkept)
    this.#unkept = []
    this.#kept = this.#confirmed
    this.#unsaved = []
    this.#isQueueStale = false
    if (this.#staged === undefined) this.#sweep()
  }

  /** Removes bases of other generations. One that cannot be removed now is removed with the next. */
  #sweep(): void {
    try {
      this.#options.storage.keepOnly(this.#generation)
    } catch (error) {
      this.#options.report(error)
    }
  }

  /** Up to here, the base on disk holds the effects and the outcomes have come: the queue may forget them. */
  get #folded(): number {
    return Math.min(this.#replica.foldedMutationID, this.#confirmed)
  }

  /**
   * What this client is called from now on. Replicas that are copies of each other may have the same mutations pending:
   * they take the same ID then, so that the server takes each mutation once, and part when they differ.
   */
  #otherClientID(oldest: PendingMutation | undefined): string {
    return oldest === undefined ? this.#options.newClientID() : randomID(seededRandom(`${this.#clientID} ${oldest.seed}`))
  }

  /** Mutations whose effects the base on disk does not hold, or whose outcomes are still to come. */
  #unfolded(): readonly PendingMutation[] {
    return [...this.#awaiting, ...this.#replica.predictions.map((prediction) => prediction.mutation)]
  }
}
