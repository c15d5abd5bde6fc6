import type { Outcome, OwnOutcome } from '@savepoint/core'
import { OUTCOME_UNKNOWN, type PendingMutation } from './pending-mutation.ts'

/** What is pending, and what the server says of it. */
export interface Reconciliation {
  readonly pending: readonly PendingMutation[]
  readonly outcomes: readonly OwnOutcome[]
  /** Outcomes up to this mutationID were kept before; pending mutations up to it only waited for the base to hold their effects. */
  readonly confirmed: number
  /** The highest mutationID that the server has processed for this client. */
  readonly lastMutationID: number
  /** The highest mutationID that this client has given out. */
  readonly issued: number
}

export interface Reconciled {
  readonly settled: readonly { readonly mutation: PendingMutation; readonly outcome: Outcome }[]
  /** What the server has yet to process, numbered from the next ID that it expects. */
  readonly remaining: readonly PendingMutation[]
  /** True if another replica uses this client's ID: `remaining` is then numbered from 1, for a new one. */
  readonly forked: boolean
  /** True if `remaining` goes under other IDs than before. */
  readonly renumbered: boolean
}

/**
 * Matches outcomes with what is pending, by ID and seed. Nothing is skipped and nothing is sent twice: a mutation is
 * settled, or it remains.
 */
export function reconcile({ pending, outcomes, confirmed, lastMutationID, issued }: Reconciliation): Reconciled {
  const byID = new Map(pending.map((mutation) => [mutation.mutationID, mutation]))
  const outcomeOf = new Map<PendingMutation, Outcome>()
  let forked = lastMutationID > issued
  for (const { mutationID, seed, outcome } of outcomes) {
    const mutation = byID.get(mutationID)
    if (mutation?.seed === seed) outcomeOf.set(mutation, outcome)
    else if (mutationID > confirmed) forked = true
  }
  const settled: { mutation: PendingMutation; outcome: Outcome }[] = []
  const remaining: PendingMutation[] = []
  for (const mutation of pending) {
    if (mutation.mutationID <= confirmed) continue
    const outcome = outcomeOf.get(mutation)
    if (outcome !== undefined) settled.push({ mutation, outcome })
    else if (mutation.mutationID > lastMutationID || forked) remaining.push(mutation)
    else settled.push({ mutation, outcome: { ok: false, ...OUTCOME_UNKNOWN } })
  }
  const numbered = renumber(remaining, forked ? 1 : lastMutationID + 1)
  return { settled, remaining: numbered, forked, renumbered: numbered !== remaining }
}

/** The same mutations under consecutive IDs; the very same objects where the IDs are so already. */
export function renumber(mutations: readonly PendingMutation[], first: number): readonly PendingMutation[] {
  if (mutations.every((mutation, i) => mutation.mutationID === first + i)) return mutations
  return mutations.map((mutation, i) => ({ ...mutation, mutationID: first + i }))
}
