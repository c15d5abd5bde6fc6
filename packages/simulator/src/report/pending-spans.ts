import type { TraceEvent } from '../trace/trace-event.ts'

/** How long a mutation was pending at the client that called it. */
export interface PendingSpan {
  readonly id: string
  readonly node: string
  readonly mutationID: number
  readonly name: string
  /** Its place in the queue's picture: free when it was called. */
  readonly slot: number
  /** Index of the call. */
  readonly from: number
  /** Index of the event that saved it. */
  durable?: number
  /** Index of the event that ended it. None if it was pending until the end. */
  to?: number
  end?: 'confirmed' | 'rejected' | 'cancelled' | 'gone'
}

/** What was pending, when, in the order of the calls. */
export function pendingSpans(events: readonly TraceEvent[]): PendingSpan[] {
  const spans: PendingSpan[] = []
  const open = new Map<string, PendingSpan>()
  const finish = (span: PendingSpan | undefined, to: number, end: NonNullable<PendingSpan['end']>) => {
    if (!span) return
    span.to = to
    span.end = end
    open.delete(span.id)
  }
  events.forEach((event, i) => {
    if (event.type === 'called' && event.mutationID !== null) {
      const taken = new Set([...open.values()].filter(({ node }) => node === event.node).map(({ slot }) => slot))
      let slot = 0
      while (taken.has(slot)) slot++
      const span = { id: event.id, node: event.node, mutationID: event.mutationID, name: event.name, slot, from: i }
      spans.push(span)
      open.set(event.id, span)
    } else if (event.type === 'durable') {
      const span = open.get(event.id)
      if (span) span.durable = i
    } else if (event.type === 'cancelled') finish(open.get(event.id), i, 'cancelled')
    else if (event.type === 'settled') finish(open.get(event.id), i, event.outcome.ok ? 'confirmed' : 'rejected')
    else if (event.type === 'status' && event.pending === 0) {
      // Lost with a memory that was not on disk, or settled while nobody looked.
      for (const span of open.values()) if (span.node === event.node) finish(span, i, 'gone')
    }
  })
  return spans
}

/** By client, the most that was pending at once. */
export function queueDepths(spans: readonly PendingSpan[]): ReadonlyMap<string, number> {
  const depths = new Map<string, number>()
  for (const { node, slot } of spans) depths.set(node, Math.max(depths.get(node) ?? 0, slot + 1))
  return depths
}
