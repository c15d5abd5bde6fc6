import { decodeData, type MutationFailure } from '@savepoint/core'
import type { PendingMutation, SettledMutation } from './pending-mutation.ts'

/** A mutation as `client.mutations()` lists it. */
export interface MutationRecord {
  /** The same as its handle's. */
  readonly id: string
  readonly name: string
  readonly args: unknown
  /** When it was called, in milliseconds since 1970. */
  readonly createdAt: number
  readonly status: 'pending' | 'confirmed' | 'rejected'
  /** Of a pending one: true if it was sent, and can be taken back no more. */
  readonly isSent?: boolean
  /** Why it was rejected. */
  readonly failure?: MutationFailure
  /** What the mutator returned on the server. */
  readonly value?: unknown
}

/**
 * Kept outcomes first, oldest first, then what is pending in its order.
 * @param sentMax pending mutations up to this ID were sent
 */
export function recordsOf(settled: readonly SettledMutation[], pending: readonly PendingMutation[], sentMax: number): MutationRecord[] {
  const waiting = pending.map((mutation) => ({
    ...describe(mutation),
    status: 'pending' as const,
    isSent: mutation.mutationID <= sentMax,
  }))
  return [...settled.map(settledRecord), ...waiting]
}

function settledRecord(mutation: SettledMutation): MutationRecord {
  const { outcome } = mutation
  if (outcome.ok) return { ...describe(mutation), status: 'confirmed', value: decodeData(outcome.value) }
  const { ok: _, ...failure } = outcome
  return { ...describe(mutation), status: 'rejected', failure }
}

function describe({
  seed,
  name,
  args,
  createdAt,
}: PendingMutation | SettledMutation): Pick<MutationRecord, 'id' | 'name' | 'args' | 'createdAt'> {
  return { id: seed, name, args: decodeData(args), createdAt }
}
