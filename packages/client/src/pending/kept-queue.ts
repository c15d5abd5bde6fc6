import type { Outcome } from '@savepoint/core'
import { FlushWatch } from '../flush-watch.ts'
import type { ReplicaStorage } from '../storage.ts'
import { type MutationRecord, type MutationSelection, pendingRecord, readSelection, settledRecord } from './mutation-records.ts'
import { openPendingStore } from './open-pending-store.ts'
import { OutcomeWindow } from './outcome-window.ts'
import type { PendingMutation, SettledMutation } from './pending-mutation.ts'
import type { ClientRecord, PendingStore } from './pending-store.ts'

interface KeptQueueOptions {
  readonly storage: ReplicaStorage
  readonly newClientID: () => string
  /** An error that was survived. */
  readonly report: (error: unknown) => void
  /** Told when more of what was saved survives a crash, on a storage where that comes later; with an error if it could not be brought there. */
  readonly flushed?: (error?: unknown) => void
}

/** What is kept on disk of the pending queue and of outcomes, and what is still to be put there. */
export class KeptQueue {
  readonly #store: PendingStore
  readonly #watch: FlushWatch
  readonly #windows: { readonly confirmed: OutcomeWindow; readonly rejected: OutcomeWindow }
  #unsaved: PendingMutation[] = []
  /** Outcomes that could not be saved yet. */
  #unkept: SettledMutation[] = []
  #kept: number
  #isStale = false

  /** @throws whatever the storage throws; nothing is open then */
  constructor({ storage, newClientID, report, flushed }: KeptQueueOptions) {
    this.#store = openPendingStore({ storage, newClientID, report })
    this.#windows = { confirmed: new OutcomeWindow(this.#store, true), rejected: new OutcomeWindow(this.#store, false) }
    try {
      this.#kept = this.#store.client.confirmed
      this.#watch = new FlushWatch(storage, this.#kept, (error) => flushed?.(error))
    } catch (error) {
      this.#store.close()
      throw error
    }
  }

  /** As it is on disk. */
  get client(): ClientRecord {
    return this.#store.client
  }

  /** Outcomes up to this mutationID survive a crash: the server may forget them. */
  get kept(): number {
    return this.#watch.kept
  }

  /** True if the disk has other IDs, or another base, than memory: the queue is then replaced as a whole. */
  get isStale(): boolean {
    return this.#isStale
  }

  /** True if after a crash it may be stale. */
  get isStaleAfterCrash(): boolean {
    return this.#isStale || this.#watch.isStale
  }

  /** What is on disk, in the order of mutationIDs. */
  pending(): PendingMutation[] {
    return this.#store.pending()
  }

  /**
   * Kept outcomes first, oldest first, then what is pending in its order.
   *
   * @param pending asked for if the selection has them
   * @param sentMax pending mutations up to this ID were sent
   */
  records(selection: MutationSelection, pending: () => readonly PendingMutation[], sentMax: number): MutationRecord[] {
    const { statuses, limit } = readSelection(selection)
    const waiting = statuses.has('pending') ? lastOf(pending(), limit).map((mutation) => pendingRecord(mutation, sentMax)) : []
    const unkept = this.#unkept.map(settledRecord).filter(({ status }) => statuses.has(status))
    const later = [...unkept, ...waiting]
    const count = limit - later.length
    const kept = count <= 0 ? [] : this.#keptRecords(statuses, count)
    return lastOf([...kept, ...later], limit)
  }

  #keptRecords(statuses: ReadonlySet<string>, count: number): MutationRecord[] {
    const [confirmed, rejected] = (['confirmed', 'rejected'] as const).map((status) =>
      statuses.has(status) ? this.#windows[status].newest(count) : [],
    )
    return merge(confirmed ?? [], rejected ?? []).map(({ record }) => record)
  }

  settled(): readonly SettledMutation[] {
    return [...this.#store.settled(), ...this.#unkept]
  }

  /** The outcome of a mutation, if it is still kept. */
  outcomeOf(seed: string): Outcome | undefined {
    return this.#unkept.find((settled) => settled.seed === seed)?.outcome ?? this.#store.outcomeOf(seed)
  }

  dismiss(seed: string): void {
    this.#store.dismiss(seed)
    this.#forget(seed)
    this.#unkept = this.#unkept.filter((settled) => settled.seed !== seed)
  }

  /** To be saved. */
  add(mutation: PendingMutation): void {
    this.#unsaved.push(mutation)
  }

  /** Outcomes to be saved with the next. */
  settle(settled: readonly SettledMutation[]): void {
    this.#unkept.push(...settled)
  }

  /** Outcomes are known up to this mutationID only, and the disk has other IDs, or another base, if it says so. */
  moved({ confirmed, isRenumbered, isStale }: { confirmed: number; isRenumbered: boolean; isStale: boolean }): void {
    this.#kept = Math.min(this.#kept, confirmed)
    if (isStale) this.#isStale = true
    this.#watch.moved(this.#kept, isRenumbered)
  }

  /**
   * Puts on disk what is not there yet. If that fails, it is saved with the next that fits.
   * Returns when it survives a crash, or undefined if it does already.
   *
   * @param confirmed outcomes up to this mutationID have come
   * @param folded up to here they have, and the base on disk holds the effects: the queue need not have them
   */
  save(confirmed: number, folded: number): Promise<void> | undefined {
    const unsaved = this.#unsaved.filter((mutation) => mutation.mutationID > folded)
    if (unsaved.length > 0) this.#store.append(unsaved)
    this.#unsaved = []
    if (this.#kept < confirmed) {
      this.#store.settle({ settled: this.#unkept, confirmed, folded })
      this.#allKept(confirmed)
    }
    return this.#watch.committed(this.#kept)
  }

  /** Puts a whole queue in the place of the one on disk. */
  replace(client: ClientRecord, pending: readonly PendingMutation[]): void {
    this.#store.replace(client, pending, this.#unkept)
    this.#allKept(client.confirmed)
    this.#unsaved = []
    this.#isStale = false
  }

  /** The base on disk now holds the effects of mutations up to `mutationID`. */
  forget(mutationID: number): void {
    this.#store.forget(mutationID)
  }

  close(): void {
    this.#store.close()
  }

  #forget(seed: string): void {
    this.#windows.confirmed.forget(seed)
    this.#windows.rejected.forget(seed)
  }

  #allKept(confirmed: number): void {
    // One that had another outcome before has a new place now.
    for (const { seed } of this.#unkept) this.#forget(seed)
    this.#unkept = []
    this.#kept = confirmed
  }
}

function lastOf<T>(list: readonly T[], count: number): T[] {
  return list.slice(Math.max(0, list.length - count))
}

/** Two lists, each in the order of positions, as one. */
function merge<T extends { readonly position: number }>(a: readonly T[], b: readonly T[]): readonly T[] {
  if (a.length === 0) return b
  if (b.length === 0) return a
  return [...a, ...b].sort((left, right) => left.position - right.position)
}
