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
  readonly status: MutationStatus
  /** Of a pending one: true if it was sent, and can be taken back no more. */
  readonly isSent?: boolean
  /** Why it was rejected. */
  readonly failure?: MutationFailure
  /** What the mutator returned on the server. */
  readonly value?: unknown
}

export type MutationStatus = 'pending' | 'confirmed' | 'rejected'

/** Which records are meant. */
export interface MutationSelection {
  /** One status, or several. Default: all. */
  readonly status?: MutationStatus | readonly MutationStatus[]
  /** At most so many: the last ones of the list. Default: all. */
  readonly limit?: number
}

export const MUTATION_STATUSES: readonly MutationStatus[] = ['pending', 'confirmed', 'rejected']

/** @throws TypeError if it names a status that there is not, or a limit that is no count */
export function readSelection({ status, limit = Number.POSITIVE_INFINITY }: MutationSelection): {
  readonly statuses: ReadonlySet<MutationStatus>
  readonly limit: number
} {
  const statuses = new Set(status === undefined ? MUTATION_STATUSES : typeof status === 'string' ? [status] : status)
  for (const one of statuses) {
    if (!MUTATION_STATUSES.includes(one)) throw new TypeError(`A mutation's status is ${MUTATION_STATUSES.join(', ')}, and not "${one}".`)
  }
  if (!(limit >= 0)) throw new TypeError(`The limit of a list of mutations is a count, and not ${limit}.`)
  return { statuses, limit: Math.floor(limit) }
}

const known = new WeakMap<PendingMutation, MutationRecord>()

/** The same object for the same mutation, as long as it is sent or not. */
export function pendingRecord(mutation: PendingMutation, sentMax: number): MutationRecord {
  const isSent = mutation.mutationID <= sentMax
  const before = known.get(mutation)
  if (before?.isSent === isSent) return before
  const record: MutationRecord = before === undefined ? { ...describe(mutation), status: 'pending', isSent } : { ...before, isSent }
  known.set(mutation, record)
  return record
}

export function settledRecord(mutation: SettledMutation): MutationRecord {
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
