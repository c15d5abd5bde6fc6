import type { TraceEvent } from './trace-event.ts'
import type { TraceIndex } from './trace-index.ts'

/** Events that a reader can do without: pings and pongs, what became durable, and statuses of a connection that was known. */
export function noiseOf(events: readonly TraceEvent[], index: TraceIndex): ReadonlySet<TraceEvent> {
  const connections = new Map<string, string>()
  const noise = new Set<TraceEvent>()
  for (const event of events) {
    if (event.type === 'status' ? connections.get(event.node) === event.connection : event.type === 'durable' || isPing(event, index)) {
      noise.add(event)
    }
    if (event.type === 'status') connections.set(event.node, event.connection)
  }
  return noise
}

/** True for what is sent only to see whether the line stands. */
export function isPing(event: TraceEvent, index: TraceIndex): boolean {
  if (event.type !== 'sent' && event.type !== 'received' && event.type !== 'lost') return false
  const kind = event.type === 'lost' ? index.messages.get(event.message)?.kind : event.kind
  return kind === 'ping' || kind === 'pong'
}
