import type { SimulatedApp } from '../app.ts'
import { allCheckers } from '../checks/all-checkers.ts'
import { realElapsedMs } from '../clock.ts'
import type { DiskFactory } from '../disk/disk-factory.ts'
import type { Scenario } from '../scenario/scenario.ts'
import { shrinkScenario } from '../shrink/shrink-scenario.ts'
import { type Run, runScenario } from '../world/run-scenario.ts'

/** Runs that cutting a failure down may take. */
const RUNS_MAX = 2000

interface ShrinkOptions {
  readonly app: SimulatedApp
  readonly disks: DiskFactory
  /** Real time that it may take, in milliseconds. What was cut by then counts. */
  readonly timeMs: number
}

/** A failing run with as little in it as still fails the same check, and all that happened in it. */
export async function shrinkFailure(failure: Run, { app, disks, timeMs }: ShrinkOptions): Promise<Run> {
  const started = realElapsedMs()
  const checker = failure.violation?.checker
  const play = (scenario: Scenario, keepEvents = false) => runScenario(app, scenario, { disks, checkers: allCheckers(app), keepEvents })
  const fails = async (scenario: Scenario) => (await play(scenario)).violation?.checker === checker
  // With the arguments fixed, it is another run only if the generators read or throw.
  const start = (await fails(failure.scenario)) ? failure.scenario : undefined
  if (start === undefined) return await play(failure.scenario, true)
  const { scenario } = await shrinkScenario(start, fails, { runs: RUNS_MAX, shouldStop: () => realElapsedMs() - started > timeMs })
  return await play(scenario, true)
}
