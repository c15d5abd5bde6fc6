import type { MutationFailure, RowChange, TxReason } from '@savepoint/core'
import type { PendingMutation } from '../pending/pending-mutation.ts'

/** A pending mutation and what its last run did. */
export interface Prediction {
  readonly mutation: PendingMutation
  /** As its last run was told. */
  readonly reason: TxReason
  /** Net row changes; empty if it was withdrawn, undefined if the run was not observed. */
  readonly changes: readonly RowChange[] | undefined
  /** The encoded value, if it succeeded. */
  readonly value: string | undefined
  /** Why it failed, if it did. The server decides all the same. */
  readonly withdrawn: MutationFailure | undefined
}

/** Predictions, oldest first, and beside them their mutations: both lists may be long, and the second is asked for with each poke. */
export class Predictions {
  #all: Prediction[] = []
  #mutations: PendingMutation[] = []

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
    this.#mutations.splice(0, count)
    return this.#all.splice(0, count)
  }

  replace(predictions: readonly Prediction[]): void {
    this.#all = [...predictions]
    this.#mutations = predictions.map((prediction) => prediction.mutation)
  }
}
