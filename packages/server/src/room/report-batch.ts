import type { CommittedBatch, MutationFailure, Outcome, QueuedMutation } from '@savepoint/core'
import type { LogEntry } from '../log/room-log.ts'
import type { BatchCommitted, MutationNote } from './server-event.ts'

/** Mutations without effect that are told one by one, of a batch. All are counted. */
const FAILURES_NOTED_MAX = 20

interface Reported {
  readonly room: string
  readonly batch: CommittedBatch & { readonly entries: readonly LogEntry[] }
  /** What the batch was made of. */
  readonly queued: readonly QueuedMutation[]
  readonly at: number
  readonly waitMs: number
  readonly commitMs: number
}

/** What is told of a batch. It is told of each, so it looks closely only at what failed or is traced. */
export function reportBatch({ room, batch, queued, at, waitMs, commitMs }: Reported): BatchCommitted {
  const traces = tracesOf(queued)
  const failed: { [reason in MutationFailure['reason']]?: number } = {}
  const mutations: MutationNote[] = []
  const clients = new Set<string>()
  let confirmed = 0
  let logLength = 0
  let noted = 0
  for (const { clientID, mutationID, seed, name, version, args, changes, outcome } of batch.entries) {
    clients.add(clientID)
    logLength += args.length + changes.length + outcome.length
    const failure = failureOf(outcome)
    if (failure === null) confirmed++
    else failed[failure.reason] = (failed[failure.reason] ?? 0) + 1
    const trace = traces?.get(seed)
    if (trace === undefined && (failure === null || ++noted > FAILURES_NOTED_MAX)) continue
    mutations.push({ clientID, mutationID, name, version, ...(failure && { failure }), ...(trace !== undefined && { trace }) })
  }
  const others = batch.results.length - batch.entries.length
  const refused = others === 0 ? 0 : batch.results.filter(({ kind }) => kind === 'refused').length
  return {
    event: 'batch-committed',
    room,
    from: batch.from,
    to: batch.to,
    at,
    confirmed,
    failed,
    repeated: others - refused,
    refused,
    clients: clients.size,
    logLength,
    waitMs,
    commitMs,
    mutations,
  }
}

/** By seed; undefined if there are none, as is usual. */
function tracesOf(queued: readonly QueuedMutation[]): ReadonlyMap<string, string> | undefined {
  let traces: Map<string, string> | undefined
  for (const { mutation } of queued) {
    if (mutation.trace === undefined) continue
    traces ??= new Map()
    traces.set(mutation.seed, mutation.trace)
  }
  return traces
}

/** Outcomes are text that the room itself has written. */
function failureOf(outcome: string): Pick<MutationFailure, 'reason' | 'code'> | null {
  if (outcome.startsWith('{"ok":true')) return null
  const { reason, code } = JSON.parse(outcome) as Outcome & { ok: false }
  return { reason, code }
}
