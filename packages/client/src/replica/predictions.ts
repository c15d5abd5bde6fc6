import type { MutationFailure, Patch, RowChange, TxReason } from '@savepoint/core'
import type { Dependencies, StatementsRun } from '@savepoint/sqlite'
import type { PendingMutation } from '../pending/pending-mutation.ts'

/** A pending mutation and what its last run did. */
export interface Prediction {
  readonly mutation: PendingMutation
  /** As its last run was told. */
  readonly reason: TxReason
  /** Net row changes; empty if it was withdrawn, undefined if the run was not observed. */
  readonly changes: readonly RowChange[] | undefined
  /** The statements that it ran; undefined if it could not be run. */
  readonly ran: StatementsRun | undefined
  /** The encoded value, if it succeeded. */
  readonly value: string | undefined
  /** Why it failed, if it did. The server decides all the same. */
  readonly withdrawn: MutationFailure | undefined
}

/** So many that are no more may still count as depending on what they did, before that is gathered anew. */
const GONE_MAX = 1000

/** Predictions, oldest first, and beside them their mutations: both lists may be long, and the second is asked for with each poke. */
export class Predictions {
  readonly #noDependencies: () => Dependencies
  #all: Prediction[] = []
  #mutations: PendingMutation[] = []
  /** Of the first `#gathered`, and of `#gone` that were before them. */
  #dependencies: Dependencies
  #gathered = 0
  #gone = 0

  constructor(noDependencies: () => Dependencies) {
    this.#noDependencies = noDependencies
    this.#dependencies = noDependencies()
  }

  get all(): readonly Prediction[] {
    return this.#all
  }

  get mutations(): readonly PendingMutation[] {
    return this.#mutations
  }

  get length(): number {
    return this.#all.length
  }

  add(prediction: Prediction): void {
    this.#all.push(prediction)
    this.#mutations.push(prediction.mutation)
  }

  /** Takes out the oldest. */
  take(count: number): Prediction[] {
    this.#gone += Math.min(count, this.#gathered)
    this.#gathered = Math.max(0, this.#gathered - count)
    this.#mutations.splice(0, count)
    return this.#all.splice(0, count)
  }

  replace(predictions: readonly Prediction[]): void {
    this.#all = [...predictions]
    this.#mutations = predictions.map((prediction) => prediction.mutation)
    this.#forgetDependencies()
  }

  /** False if with these changes below it each prediction would come out as it did. It may be true without need. */
  dependOn(patch: Patch): boolean {
    if (this.#gone > Math.max(GONE_MAX, this.#all.length)) this.#forgetDependencies()
    // Where they do depend on it, a few tell mostly, and the others need not be looked at.
    for (let look = 1; ; look *= 2) {
      if (this.#dependencies.include(patch)) return true
      if (this.#gathered === this.#all.length) return false
      const end = Math.min(this.#all.length, this.#gathered + look)
      for (; this.#gathered < end; this.#gathered++) this.#dependencies.add(this.#all[this.#gathered]?.ran)
    }
  }

  #forgetDependencies(): void {
    this.#dependencies = this.#noDependencies()
    this.#gathered = 0
    this.#gone = 0
  }
}
