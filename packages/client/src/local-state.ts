import {
  type BasePosition,
  type ClientEffect,
  type Mutators,
  OUTCOME_UNKNOWN,
  type Outcome,
  randomID,
  type Schema,
  seededRandom,
} from '@savepoint/core'
import type { MutationRunResult, SyncedDatabase } from '@savepoint/sqlite'
import { assertFollows } from './assert-follows.ts'
import { Bases } from './bases.ts'
import type { ReceivedSnapshot, Snapshot, SnapshotSink } from './connection/transport.ts'
import { KeptQueue } from './pending/kept-queue.ts'
import type { MutationRecord, MutationSelection } from './pending/mutation-records.ts'
import type { Fate, PendingMutation, SettledMutation } from './pending/pending-mutation.ts'
import { reconcile, renumber } from './pending/reconcile.ts'
import { prepareSettling, type Settled } from './prepare-settling.ts'
import type { Rebase } from './replica/advance.ts'
import { mergePatches } from './replica/merge-patches.ts'
import type { Prediction } from './replica/predictions.ts'
import type { Replica } from './replica/replica.ts'
import type { ReplicaStorage } from './storage.ts'

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
  readonly #queue: KeptQueue
  readonly #bases: Bases
  #clientID: string
  #confirmed: number
  #issued: number
  /** Processed mutations whose effects the base holds, and whose outcomes are still to come. */
  #awaiting: readonly PendingMutation[] = []

  /** @throws whatever the storage throws; it is let go then. */
  constructor(options: LocalStateOptions) {
    this.#options = options
    this.#queue = new KeptQueue(options)
    try {
      const { clientID, confirmed, generation } = this.#queue.client
      this.#clientID = clientID
      this.#confirmed = confirmed
      // What is pending is kept, and a snapshot brings the rest.
      this.#bases = new Bases(options, clientID, generation, (next) =>
        this.#queue.replace({ clientID, confirmed, generation: next }, this.#queue.pending()),
      )
    } catch (error) {
      this.#queue.close()
      throw error
    }
    const pending = this.#queue.pending()
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
    return this.#queue.kept
  }
  /** Mutations up to this ID may be sent. None under an ID that the disk does not have: they would be sent again under the old one. */
  get sendable(): number {
    return this.#queue.isStaleAfterCrash ? this.#confirmed : this.#issued
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

  /** @param sentMax pending mutations up to this ID were sent */
  records(selection: MutationSelection, sentMax: number): MutationRecord[] {
    return this.#queue.records(selection, () => this.pending, sentMax)
  }

  /** Outcomes as they are kept. */
  settled(): readonly SettledMutation[] {
    return this.#queue.settled()
  }

  /** The outcome of a mutation, if it is still kept. */
  outcomeOf(seed: string): Outcome | undefined {
    return this.#queue.outcomeOf(seed)
  }

  /** What a mutation without an outcome last did here, unless the base holds its effects already. */
  predictionOf(seed: string): Prediction | undefined {
    return this.#replica.predictions.find(({ mutation }) => mutation.seed === seed && mutation.mutationID > this.#confirmed)
  }

  dismiss(seed: string): void {
    this.#queue.dismiss(seed)
  }

  /** Runs a new mutation; if it succeeds, it is pending from now on, though not yet saved. */
  add({ name, args, createdAt, seed }: Omit<PendingMutation, 'mutationID'>): { mutation: PendingMutation; result: MutationRunResult } {
    const mutation = { mutationID: this.#issued + 1, name, args, createdAt, seed }
    const result = this.#replica.predict(mutation)
    if (result.ok) {
      this.#issued++
      this.#queue.add(mutation)
    }
    return { mutation, result }
  }

  /**
   * Puts on disk what is not there yet. If that fails, it is in memory all the same, and saved with the next that fits.
   * Returns when it survives a crash, or undefined if it does already.
   */
  save(): Promise<void> | undefined {
    if (this.#queue.isStale) this.#replaceQueue()
    return this.#queue.save(this.#confirmed, this.#folded)
  }

  /** Pending mutations after an ID, at most `count`. */
  pendingAfter(mutationID: number, count: number): readonly PendingMutation[] {
    const { pending } = this.#replica
    const start = Math.max(0, mutationID + 1 - (pending[0]?.mutationID ?? 0))
    return pending.slice(start, start + count)
  }

  /**
   * Takes back a mutation that was never sent.
   * @throws SqliteError or StorageFailure if it cannot be taken back on disk; it is then pending as before.
   */
  cancel(seed: string): Rebase | undefined {
    const mutations = this.#replica.pending
    const index = mutations.findIndex((mutation) => mutation.seed === seed)
    const cancelled = mutations[index]
    if (cancelled === undefined) return undefined
    const later = renumber(mutations.slice(index + 1), cancelled.mutationID)
    const remaining = [...mutations.slice(0, index), ...later]
    const rebase = this.#replica.withdraw(remaining)
    try {
      this.#issued--
      this.#queue.moved({ confirmed: this.#confirmed, isRenumbered: true, isStale: false })
      this.#replaceQueue()
      this.save()
      return rebase
    } catch (error) {
      // On disk it would come back, with the IDs of those after it.
      this.#issued++
      this.#replica.withdraw(mutations)
      throw error
    }
  }

  /**
   * Takes over what another client has made of mutations: those of them that are pending here, and were never sent from here, are
   * pending no more. Returns how many those were.
   */
  takeOver(outcomes: readonly SettledMutation[], fates: ReadonlyMap<string, Fate>): number {
    const mutations = this.#replica.pending
    const listed = new Set(outcomes.map(({ seed }) => seed))
    const isPending = ({ seed }: PendingMutation) => !listed.has(seed) && !fates.has(seed)
    const remaining = renumber(mutations.filter(isPending), mutations[0]?.mutationID ?? 0)
    const count = mutations.length - remaining.length
    if (count === 0 && outcomes.length === 0) return 0
    if (count > 0) this.#replica.withdraw(remaining)
    this.#issued -= count
    this.#queue.moved({ confirmed: this.#confirmed, isRenumbered: count > 0, isStale: true })
    const unlisted = mutations.filter(({ seed }) => !listed.has(seed)).flatMap((mutation) => settledBy(mutation, fates.get(mutation.seed)))
    this.#keep([...outcomes, ...unlisted])
    return count
  }

  /** Takes a snapshot's file as it comes. Undefined if the storage takes whole ones only. */
  receive(): SnapshotSink | undefined {
    this.#makeRoom()
    return this.#bases.receive()
  }

  /** Makes ready a snapshot that becomes the base with the poke that follows it. */
  stage(snapshot: Snapshot | ReceivedSnapshot): void {
    this.#makeRoom()
    this.#bases.stage(snapshot, this.#clientID)
  }

  /** A snapshot may take the place of the base that the disk still points to: where it does, the disk is told first. */
  #makeRoom(): void {
    this.unstage()
    if (this.#queue.isStale) this.save()
  }

  unstage(): void {
    this.#bases.unstage()
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
    const staged = first.adopt ? this.#bases.staged : undefined
    const replica = staged ?? this.#replica
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
    if (staged) this.#bases.adopt()
    this.#clientID = clientID
    this.#awaiting = awaiting
    this.#confirmed = confirmed
    this.#issued = (forked ? 0 : lastMutationID) + remaining.length
    const isRenumbered = forked || renumbered
    this.#queue.moved({ confirmed, isRenumbered, isStale: isRenumbered || staged !== undefined })
    this.#keep(settled.map(({ mutation, outcome }) => settledAs(mutation, outcome)))
    return { rebase, settled, adopted: staged !== undefined, forked }
  }

  /**
   * Brings the base on disk up to what is confirmed, if that is cheap.
   * @param changed told what may read otherwise now
   */
  fold(changed: (rows: Rebase['changed']) => void = () => {}): void {
    changed(this.#replica.foldIfCheap())
    this.save()
    this.#queue.forget(this.#folded)
  }

  /**
   * What cannot be saved now was not durable, or comes again from the server. Returns as `save` does.
   */
  close(): Promise<void> | undefined {
    this.unstage()
    try {
      this.save()
      this.#replica.finish()
      this.#queue.forget(this.#folded)
    } catch (error) {
      this.#options.report(error)
    }
    this.#bases.close()
    this.#queue.close()
    return this.#options.storage.flushed?.()
  }

  /**
   * Saves outcomes, after what they are of: the base on disk may not hold it yet. If that fails, they are saved with the
   * next ones.
   */
  #keep(settled: readonly SettledMutation[]): void {
    this.#queue.settle(settled)
    try {
      this.save()
    } catch (error) {
      this.#options.report(error)
    }
  }

  #replaceQueue(): void {
    const client = { clientID: this.#clientID, confirmed: this.#confirmed, generation: this.#bases.generation }
    this.#queue.replace(client, this.#unfolded())
    this.#bases.sweep()
  }

  get #replica(): Replica {
    return this.#bases.replica
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
    const { pending } = this.#replica
    return this.#awaiting.length === 0 ? pending : [...this.#awaiting, ...pending]
  }
}

function settledAs({ name, args, createdAt, seed }: PendingMutation, outcome: Outcome): SettledMutation {
  return { name, args, createdAt, seed, outcome }
}

function settledBy(mutation: PendingMutation, fate: Fate | undefined): readonly SettledMutation[] {
  if (fate === undefined || fate === 'cancelled') return []
  return [settledAs(mutation, fate === 'sent' ? { ok: false, ...OUTCOME_UNKNOWN } : fate)]
}
