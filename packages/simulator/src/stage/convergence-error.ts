import { contentsOf } from '../scenario/contents-of.ts'
import type { Run } from '../world/run-scenario.ts'
import type { Simulation } from './stage.ts'

/** Lines of the timeline that the message has; the first and the last of more. */
const TIMELINE_LINES_MAX = 120

/** Clients and server did not come to agree, or another of Savepoint's guarantees did not hold. */
export class ConvergenceError extends Error {
  override readonly name = 'ConvergenceError'
  /** The failing run, with as little in it as still fails. `failure.scenario` repeats it. */
  readonly failure: Simulation
  /** Of the run that failed first. */
  readonly seed: string

  constructor(found: Run, failure: Simulation, repeat: string) {
    super(messageOf(found, failure, repeat))
    this.failure = failure
    this.seed = found.scenario.seed
  }
}

function messageOf(found: Run, failure: Simulation, repeat: string): string {
  const { violation, scenario } = failure
  return [
    violation?.message ?? '',
    '',
    `Seed ${JSON.stringify(found.scenario.seed)} fails. The least that still fails has ${contentsOf(scenario)}, of ${contentsOf(found.scenario)}:`,
    '',
    ...shorten(failure.timeline()).map((line) => `  ${line}`),
    '',
    `Repeat it: ${repeat}`,
  ].join('\n')
}

function shorten(lines: readonly string[]): readonly string[] {
  if (lines.length <= TIMELINE_LINES_MAX) return lines
  const half = TIMELINE_LINES_MAX / 2
  return [...lines.slice(0, half), `… ${lines.length - TIMELINE_LINES_MAX} lines …`, ...lines.slice(-half)]
}
