import type { Outcome, Patch } from '@savepoint/core'
import type { PendingMutation } from './pending/pending-mutation.ts'
import type { Reconciled } from './pending/reconcile.ts'
import type { Rebase } from './replica/advance.ts'
import { surpriseFinder } from './replica/prediction.ts'
import type { Replica } from './replica/replica.ts'

/** A mutation that has got its outcome. */
export interface Settled {
  readonly mutation: PendingMutation
  readonly outcome: Outcome
  /** True if it came out otherwise than predicted. */
  readonly diverged: boolean
}

interface Settling {
  /** Before the advance. */
  readonly replica: Replica
  readonly reconciled: Reconciled
  readonly patch: Patch
  /** True if a snapshot takes the place of the replica. */
  readonly adopted: boolean
}

/** Prepares to tell, after the advance, which mutations came out otherwise than predicted. */
export function prepareSettling({ replica, reconciled, patch, adopted }: Settling): (rebase: Rebase) => Settled[] {
  const { settled, awaiting, remaining, forked } = reconciled
  const all = replica.predictions
  // What remains is the newest, and may be long: it is gone through only if a fork has mixed things up.
  const decided = forked ? all : all.slice(0, all.length - remaining.length)
  const predictions = new Map(decided.map((prediction) => [prediction.mutation.seed, prediction]))
  return ({ rebased }) => {
    const changes = [...settled.map(({ mutation }) => mutation), ...awaiting].flatMap(({ seed }) => predictions.get(seed)?.changes ?? [])
    // A snapshot holds most of what happened: of the rows only those are judged that came after it.
    const isSurprise = rebased ? surpriseFinder(changes, patch, replica.tables, adopted) : () => false
    return settled.map(({ mutation, outcome }) => {
      const prediction = predictions.get(mutation.seed)
      const diverged =
        prediction !== undefined && outcome.ok && (prediction.value !== outcome.value || isSurprise(prediction.changes ?? []))
      return { mutation, outcome, diverged }
    })
  }
}
