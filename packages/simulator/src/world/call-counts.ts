import type { TraceEvent } from '../trace/trace-event.ts'

/** What became of the calls of one mutator. */
export interface CallCounts {
  readonly calls: number
  /** Threw on the client's first run, so that nothing was sent. */
  readonly failed: number
  readonly confirmed: number
  /** By the server. */
  readonly rejected: number
  /** What the last one said that failed or was rejected. */
  readonly lastFailure?: string
}

const NONE: CallCounts = { calls: 0, failed: 0, confirmed: 0, rejected: 0 }

/** Counts calls by mutator. */
export function countCalls(counts: Map<string, CallCounts>, event: TraceEvent): void {
  if (event.type === 'called') {
    const { name, failure } = event
    add(counts, name, { ...NONE, calls: 1, ...(failure !== undefined && { failed: 1, lastFailure: failure }) })
  } else if (event.type === 'committed') {
    for (const { name, ok } of event.mutations) add(counts, name, { ...NONE, ...(ok ? { confirmed: 1 } : { rejected: 1 }) })
  } else if (event.type === 'settled' && !event.outcome.ok) {
    add(counts, event.name, { ...NONE, lastFailure: event.outcome.message })
  }
}

/** Adds what others have counted. */
export function addCounts(counts: Map<string, CallCounts>, others: ReadonlyMap<string, CallCounts>): void {
  for (const [name, other] of others) add(counts, name, other)
}

function add(counts: Map<string, CallCounts>, name: string, more: CallCounts): void {
  const { calls, failed, confirmed, rejected, lastFailure } = counts.get(name) ?? NONE
  const failure = more.lastFailure ?? lastFailure
  counts.set(name, {
    calls: calls + more.calls,
    failed: failed + more.failed,
    confirmed: confirmed + more.confirmed,
    rejected: rejected + more.rejected,
    ...(failure !== undefined && { lastFailure: failure }),
  })
}
