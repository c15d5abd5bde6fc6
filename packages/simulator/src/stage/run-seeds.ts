import { realElapsedMs } from '../clock.ts'
import { generateScenario } from '../scenario/generate-scenario.ts'
import type { Scenario } from '../scenario/scenario.ts'
import type { SimulationOptions } from '../scenario/simulation-options.ts'
import type { Run } from '../world/run-scenario.ts'
import type { Stage } from './stage.ts'

/** What runs of many seeds have met. */
export interface SeedsRun {
  /** Runs that came to their end. */
  readonly runs: number
  /** The first that did not hold a guarantee. */
  readonly failure: Run | null
  /** Faults that were met, by kind. */
  readonly faults: ReadonlyMap<string, number>
  /** Calls of mutators. */
  readonly calls: number
  /** Virtual milliseconds, of all clients together. */
  readonly clientMs: number
  readonly realMs: number
}

interface SeedsLimits {
  /** Real time after which no other run is begun, in milliseconds. */
  readonly timeMs?: number
  /** Told after each run. */
  readonly onRun?: (run: Run, count: number) => void
}

/** Runs scenarios one after the other, until one fails, there are no more, or time is up. */
export async function runSeeds(stage: Stage, scenarios: Iterable<Scenario>, limits: SeedsLimits = {}): Promise<SeedsRun> {
  const { timeMs = Number.POSITIVE_INFINITY, onRun } = limits
  const started = realElapsedMs()
  const faults = new Map<string, number>()
  let [runs, calls, clientMs] = [0, 0, 0]
  let failure: Run | null = null
  for (const scenario of scenarios) {
    const run = await stage.run(scenario)
    runs++
    calls += run.calls
    clientMs += run.ranMs * scenario.clients.length
    for (const [fault, count] of run.faults) faults.set(fault, (faults.get(fault) ?? 0) + count)
    onRun?.(run, runs)
    if (run.violation !== null) failure = run
    if (failure !== null || realElapsedMs() - started > timeMs) break
  }
  return { runs, failure, faults, calls, clientMs, realMs: realElapsedMs() - started }
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
