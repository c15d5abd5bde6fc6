import { OUTCOME_UNKNOWN, type Outcome, type OwnOutcome } from '@savepoint/core'
import type { PendingMutation } from './pending-mutation.ts'

/** What is pending, and what the server says of it. */
interface Reconciliation {
  /** In the order of their IDs. */
  readonly pending: readonly PendingMutation[]
  readonly outcomes: readonly OwnOutcome[]
  /** Outcomes up to this mutationID were kept before; pending mutations up to it only waited for the base to hold their effects. */
  readonly confirmed: number
  /** The highest mutationID that the server has processed for this client. */
  readonly lastMutationID: number
  /** The highest mutationID that this client has given out. */
  readonly issued: number
  /** True if these are the first outcomes after a welcome: if there are none, the server has forgotten them, and none will follow. */
  readonly welcomed: boolean
  /** True if the server has met another replica under this client's ID: once nothing is pending, this one takes another. */
  readonly isCopy: boolean
}

export interface Reconciled {
  readonly settled: readonly { readonly mutation: PendingMutation; readonly outcome: Outcome }[]
  /** Processed, with outcomes that are still to come: many large ones come in several pokes. */
  readonly awaiting: readonly PendingMutation[]
  /** What the server has yet to process, numbered from the next ID that it expects. */
  readonly remaining: readonly PendingMutation[]
  /** Outcomes up to this mutationID have come. */
  readonly confirmed: number
  /** True if another replica uses this client's ID: `remaining` is then numbered from 1, for a new one. */
  readonly forked: boolean
  /** True if `remaining` goes under other IDs than before. */
  readonly renumbered: boolean
}

/**
 * Matches outcomes with what is pending, by seed: IDs may have changed since they were saved. Nothing is skipped and
 * nothing is sent twice: a mutation is settled, or it waits for its outcome, or it remains.
 */
export function reconcile({ pending, outcomes, confirmed, lastMutationID, issued, welcomed, isCopy }: Reconciliation): Reconciled {
  const find = finder(pending)
  const outcomeOf = new Map<string, Outcome>()
  const answered = new Set<number>()
  let forked = lastMutationID > issued
  let answeredTo = confirmed
  let areInPlace = true
  for (const { mutationID, seed, outcome } of outcomes) {
    answered.add(mutationID)
    answeredTo = Math.max(answeredTo, mutationID)
    const found = find(mutationID, seed)
    if (found === 'elsewhere') areInPlace = false
    if (found !== 'nowhere') outcomeOf.set(seed, outcome)
    else if (mutationID > confirmed) forked = true
  }
  // Outcomes come in the order of IDs, and the oldest are forgotten first.
  if (welcomed && outcomes.length === 0) answeredTo = lastMutationID
  // Of those behind, which may be many, the server says nothing: as a long queue drains, each is looked at once, not with every poke.
  const isBehind = ({ mutationID }: PendingMutation) => mutationID > Math.max(lastMutationID, confirmed)
  const end = areInPlace ? indexOrLength(pending, isBehind) : pending.length
  const settled: { mutation: PendingMutation; outcome: Outcome }[] = []
  const awaiting: PendingMutation[] = []
  const left: PendingMutation[] = []
  for (const mutation of pending.slice(0, end)) {
    const { mutationID, seed } = mutation
    if (mutationID <= confirmed) continue
    const outcome = outcomeOf.get(seed)
    if (outcome !== undefined) settled.push({ mutation, outcome })
    else if (mutationID > lastMutationID || answered.has(mutationID)) left.push(mutation)
    else if (mutationID > answeredTo && !forked) awaiting.push(mutation)
    else settled.push({ mutation, outcome: { ok: false, ...OUTCOME_UNKNOWN } })
  }
  const remaining = left.concat(pending.slice(end))
  // Both copies may have the same mutations pending: only under one ID does the server take them once.
  if (isCopy && remaining.length === 0 && awaiting.length === 0) forked = true
  const numbered = renumber(remaining, forked ? 1 : lastMutationID + 1)
  const confirmedNow = forked ? 0 : awaiting.length > 0 ? answeredTo : lastMutationID
  return { settled, awaiting, remaining: numbered, confirmed: confirmedNow, forked, renumbered: numbered !== remaining }
}

/** Tells whether a seed is pending: looks where its ID should be, and through all of them only if it is not there. */
function finder(pending: readonly PendingMutation[]): (mutationID: number, seed: string) => 'in-place' | 'elsewhere' | 'nowhere' {
  const first = pending[0]?.mutationID ?? 0
  let seeds: Set<string> | undefined
  return (mutationID, seed) => {
    if (pending[mutationID - first]?.seed === seed) return 'in-place'
    seeds ??= new Set(pending.map((mutation) => mutation.seed))
    return seeds.has(seed) ? 'elsewhere' : 'nowhere'
  }
}

function indexOrLength<T>(list: readonly T[], is: (item: T) => boolean): number {
  const index = list.findIndex(is)
  return index === -1 ? list.length : index
}

/** Mutations in the order of their IDs under consecutive ones; the very same list where they are so already. */
export function renumber(mutations: readonly PendingMutation[], first: number): readonly PendingMutation[] {
  const last = mutations.at(-1)
  if (last === undefined || (mutations[0]?.mutationID === first && last.mutationID === first + mutations.length - 1)) return mutations
  return mutations.map((mutation, i) => ({ ...mutation, mutationID: first + i }))
}
