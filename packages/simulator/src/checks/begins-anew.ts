import type { TraceEvent } from '../trace/trace-event.ts'

/** True of what may give rooms another epoch, in which what they had before is forgotten. */
export function beginsAnew(event: TraceEvent): boolean {
  return event.type === 'fault' && (event.fault === 'restore' || event.fault === 'deploy')
}
