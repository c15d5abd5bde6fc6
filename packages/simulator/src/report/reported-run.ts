import type { Scenario } from '../scenario/scenario.ts'
import type { TraceEvent } from '../trace/trace-event.ts'
import type { Verdict } from '../trace/verdict.ts'

/** A run that is over, with all that a reader wants to know of it. */
export interface ReportedRun {
  readonly title: string
  readonly seed: string
  readonly scenario?: Scenario
  readonly verdict: Verdict
  /** As `TraceHash` makes it. */
  readonly traceHash: string
  /** Virtual milliseconds. */
  readonly ranMs: number
  /** What to type to see this run again. */
  readonly command: string
  /** In their order. */
  readonly events: readonly TraceEvent[]
}
