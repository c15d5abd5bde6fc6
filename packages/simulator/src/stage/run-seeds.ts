import { realElapsedMs } from '../clock.ts'
import { generateScenario } from '../scenario/generate-scenario.ts'
import type { Scenario } from '../scenario/scenario.ts'
import type { SimulationOptions } from '../scenario/simulation-options.ts'
import { addCounts, type CallCounts } from '../world/call-counts.ts'
import { OutOfBounds } from '../world/out-of-bounds.ts'
import type { Run } from '../world/run-scenario.ts'
import type { Stage } from './stage.ts'

/** What runs of many seeds have met. */
export interface SeedsRun {
  /** Runs that came to their end. */
  readonly runs: number
  /** True if time was up before all runs were made. */
  readonly isCutShort: boolean
  /** The first that did not hold a guarantee. */
  readonly failure: Run | null
  /** Faults that were met, by kind. */
  readonly faults: ReadonlyMap<string, number>
  /** Calls of mutators that were pending at some time. */
  readonly calls: number
  /** What became of the calls of each mutator. */
  readonly mutators: ReadonlyMap<string, CallCounts>
  /** Virtual milliseconds, of all clients together. */
  readonly clientMs: number
  /** Real milliseconds that all of it took. */
  readonly realMs: number
}

interface SeedsLimits {
  /** Real milliseconds. After them no other run is begun, and one that goes on is given up. */
  readonly timeMs?: number
  /** Told after each run. */
  readonly onRun?: (run: Run) => void
}

/**
 * Runs scenarios one after the other, until one fails, there are no more, or time is up.
 *
 * @throws (rejects) OutOfBounds if time was up before a single one had come to its end
 */
export async function runSeeds(stage: Stage, scenarios: Iterable<Scenario>, limits: SeedsLimits = {}): Promise<SeedsRun> {
  const { timeMs = Number.POSITIVE_INFINITY, onRun } = limits
  const started = realElapsedMs()
  const isOver = () => realElapsedMs() - started > timeMs
  const faults = new Map<string, number>()
  const mutators = new Map<string, CallCounts>()
  let [runs, calls, clientMs] = [0, 0, 0]
  let failure: Run | null = null
  let isCutShort = false
  for (const scenario of scenarios) {
    const run = runs > 0 && isOver() ? null : await inTime(stage, scenario, isOver, runs > 0)
    isCutShort = run === null
    if (run === null) break
    runs++
    calls += run.calls
    clientMs += run.ranMs * scenario.clients.length
    for (const [fault, count] of run.faults) faults.set(fault, (faults.get(fault) ?? 0) + count)
    addCounts(mutators, run.mutators)
    onRun?.(run)
    if (run.violation !== null) failure = run
    if (failure !== null) break
  }
  return { runs, isCutShort, failure, faults, calls, mutators, clientMs, realMs: realElapsedMs() - started }
}

/** What two sets of runs have met, one after the other. */
export function together(one: SeedsRun, other: SeedsRun): SeedsRun {
  const faults = new Map(one.faults)
  const mutators = new Map(one.mutators)
  addCounts(mutators, other.mutators)
  for (const [fault, count] of other.faults) faults.set(fault, (faults.get(fault) ?? 0) + count)
  return {
    runs: one.runs + other.runs,
    isCutShort: one.isCutShort || other.isCutShort,
    failure: one.failure ?? other.failure,
    faults,
    mutators,
    calls: one.calls + other.calls,
    clientMs: one.clientMs + other.clientMs,
    realMs: one.realMs + other.realMs,
  }
}

/** Null if time was up before it came to its end, and it can be given up. */
async function inTime(stage: Stage, scenario: Scenario, isOver: () => boolean, canGiveUp: boolean): Promise<Run | null> {
  try {
    return await stage.run(scenario, { shouldStop: isOver })
  } catch (error) {
    if (canGiveUp && error instanceof OutOfBounds && isOver()) return null
    throw error
  }
}

/** Scenarios of seeds that follow on each other: `<base>/1`, `<base>/2` … */
export function* scenariosOf(
  stage: Stage,
  options: SimulationOptions,
  base: string,
  count = Number.POSITIVE_INFINITY,
): Generator<Scenario> {
  for (let i = 1; i <= count; i++) yield generateScenario(stage.app, options, `${base}/${i}`)
}
