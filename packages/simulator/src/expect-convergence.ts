import { resolve } from 'node:path'
import type { MutatorDefinitions } from '@savepoint/core'
import type { SimulatedApp } from './app.ts'
import { readCases, saveCase } from './regressions/case-files.ts'
import { checkBudget } from './scenario/check-budget.ts'
import { generateScenario } from './scenario/generate-scenario.ts'
import type { Scenario } from './scenario/scenario.ts'
import type { SimulationOptions } from './scenario/simulation-options.ts'
import { splitOptions } from './scenario/split-options.ts'
import { ConvergenceError } from './stage/convergence-error.ts'
import { runSeeds, type SeedsRun, scenariosOf } from './stage/run-seeds.ts'
import { shrinkFailure } from './stage/shrink-failure.ts'
import { Stage } from './stage/stage.ts'

/** Runs that are made if nothing is said. */
const RUNS_DEFAULT = 50

/** Real time after which no other run is begun, in milliseconds: tests are run often. */
const TIME_MS_DEFAULT = 20_000

/** Real time that cutting a failure down may take, in milliseconds. */
const SHRINK_MS_DEFAULT = 30_000

/** The seed that is to be run and no other, from the environment of the test. */
const SEED_VARIABLE = 'SAVEPOINT_SEED'

export interface ConvergenceOptions<D extends MutatorDefinitions = MutatorDefinitions> extends SimulatedApp<D>, SimulationOptions {
  /** How many seeds are run. Default 50. */
  readonly runs?: number
  /** What the seeds begin with. Change it to look elsewhere. Default `1`. */
  readonly seed?: string | number
  /** Real time after which no other run is begun, in milliseconds. Default 20,000. */
  readonly timeMs?: number
  /** Real time that cutting a failure down may take, in milliseconds. Default 30,000. */
  readonly shrinkMs?: number
  /**
   * A directory of cases that failed once. They are run first, each time; and what fails is added to it, cut down, to be
   * committed. Default: none.
   */
  readonly cases?: string
}

/**
 * Proves, as far as runs can, that an app's mutators converge: draws worlds with clients, slow lines and faults, runs the app in
 * them, and checks Savepoint's guarantees at each step.
 *
 * Of a failure it tells the least that still fails, event by event, and how to repeat it. With `SAVEPOINT_SEED` in the
 * environment, only that seed is run.
 *
 * @returns what was met, for a test that wants to be sure that it was enough
 * @throws (rejects) ConvergenceError if a guarantee did not hold; TypeError if an option is wrong
 * @example
 * test('our mutators converge', async () => {
 *   await expectConvergence({ schema, mutators, workload: { addItem: (random) => ({ title: random.id() }) } })
 * })
 */
export async function expectConvergence<D extends MutatorDefinitions>(options: ConvergenceOptions<D>): Promise<SeedsRun> {
  const { runs = RUNS_DEFAULT, seed = 1, timeMs = TIME_MS_DEFAULT, shrinkMs = SHRINK_MS_DEFAULT, cases, ...rest } = options
  checkBudget({ runs, timeMs, shrinkMs })
  const { app, options: simulationOptions } = splitOptions(rest)
  const only = process.env[SEED_VARIABLE]
  const directory = cases === undefined ? undefined : resolve(cases)
  const stage = await Stage.open(app)
  try {
    const scenarios = function* (): Generator<Scenario> {
      if (only !== undefined && only !== '') return yield generateScenario(app, simulationOptions, only)
      if (directory !== undefined) yield* readCases(directory, app)
      yield* scenariosOf(stage, simulationOptions, String(seed), runs)
    }
    const met = await runSeeds(stage, scenarios(), { timeMs })
    if (met.failure === null) return met
    const failure = await shrinkFailure(met.failure, stage, shrinkMs)
    const saved = directory === undefined ? undefined : saveCase(directory, failure)
    throw new ConvergenceError(met.failure, failure, repeatOf(met.failure.scenario.seed, saved))
  } finally {
    await stage.close()
  }
}

function repeatOf(seed: string, saved: string | undefined): string {
  const command = `${SEED_VARIABLE}='${seed}' and this test`
  return saved === undefined ? command : `run this test again, it begins with ${saved}; or ${command}`
}
