import { type Case, readCases, saveCase } from '../cases/case-files.ts'
import { generateScenario } from '../scenario/generate-scenario.ts'
import type { SimulationOptions } from '../scenario/simulation-options.ts'
import type { Run } from '../world/run-scenario.ts'
import { runSeeds, type SeedsRun, scenariosOf, together } from './run-seeds.ts'
import { shrinkFailure } from './shrink-failure.ts'
import type { Simulation, Stage } from './stage.ts'

/** Where a failure is looked for, and for how long. */
export interface Search {
  readonly options: SimulationOptions
  readonly runs: number
  readonly seed: string
  /** Real milliseconds for the runs of seeds; cases are run in any case. */
  readonly timeMs: number
  readonly shrinkMs: number
  /** An absolute path. */
  readonly cases?: string
  /** Only this seed, and no cases. */
  readonly only?: string
}

/** Told how a search goes on. */
interface SearchWatch {
  readonly onRun?: (run: Run) => void
  readonly onFailure?: (run: Run) => void
}

/** What failed, cut down; where it was found, and where it is kept. */
export interface Failure {
  readonly found: Run
  readonly failure: Simulation
  readonly saved: string | undefined
}

/** Runs the cases that failed once, then seeds; the first failure is cut down and kept. */
export async function findFailure(
  stage: Stage,
  search: Search,
  watch: SearchWatch = {},
): Promise<{ readonly met: SeedsRun; readonly failure: Failure | null }> {
  const { options, runs, seed, timeMs, only, cases: directory } = search
  const cases = only !== undefined || directory === undefined ? [] : readCases(directory, stage.app)
  const old = await runSeeds(
    stage,
    cases.map(({ scenario }) => scenario),
    watch,
  )
  if (old.failure !== null) return { met: old, failure: await failedAgain(stage, cases[old.runs - 1] as Case, old.failure, watch) }
  const scenarios = only === undefined ? scenariosOf(stage, options, seed, runs) : [generateScenario(stage.app, options, only)]
  const met = together(old, await runSeeds(stage, scenarios, { ...watch, timeMs }))
  return { met, failure: met.failure === null ? null : await cutDown(stage, search, met.failure, watch) }
}

/** What is cut down already. */
async function failedAgain(stage: Stage, { path }: Case, found: Run, { onFailure }: SearchWatch): Promise<Failure> {
  onFailure?.(found)
  return { found, failure: await stage.simulation(found.scenario), saved: path }
}

async function cutDown(stage: Stage, { shrinkMs, cases }: Search, found: Run, { onFailure }: SearchWatch): Promise<Failure> {
  onFailure?.(found)
  const failure = await shrinkFailure(found, stage, shrinkMs)
  return { found, failure, saved: cases === undefined ? undefined : saveCase(cases, failure) }
}
