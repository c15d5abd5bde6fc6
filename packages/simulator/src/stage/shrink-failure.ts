import { realElapsedMs } from '../clock.ts'
import type { Scenario } from '../scenario/scenario.ts'
import { WorkloadError } from '../scenario/workload-error.ts'
import { shrinkScenario } from '../shrink/shrink-scenario.ts'
import { OutOfBounds } from '../world/out-of-bounds.ts'
import type { Run } from '../world/run-scenario.ts'
import type { Simulation, Stage } from './stage.ts'

/** Runs that cutting a failure down may take. */
const RUNS_MAX = 2000

/**
 * A failing run with as little in it as still fails the same check, and all that happened in it.
 *
 * @param timeMs real time that it may take; what was cut by then counts
 */
export async function shrinkFailure(failure: Run, stage: Stage, timeMs: number): Promise<Simulation> {
  const started = realElapsedMs()
  const shouldStop = () => realElapsedMs() - started > timeMs
  const checker = failure.violation?.checker
  const fails = async (scenario: Scenario) => {
    try {
      return (await stage.run(scenario, { shouldStop })).violation?.checker === checker
    } catch (error) {
      // Less of a world may be too little for a generator, or go in a circle.
      if (error instanceof WorkloadError || error instanceof OutOfBounds) return false
      throw error
    }
  }
  const { scenario } = await shrinkScenario(failure.scenario, fails, { runs: RUNS_MAX, shouldStop })
  return await stage.simulation(scenario)
}
