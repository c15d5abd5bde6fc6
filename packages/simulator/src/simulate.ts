import type { MutatorDefinitions } from '@savepoint/core'
import type { SimulatedApp } from './app.ts'
import { checkScenario } from './scenario/check-scenario.ts'
import { generateScenario } from './scenario/generate-scenario.ts'
import type { Scenario } from './scenario/scenario.ts'
import type { SimulationOptions } from './scenario/simulation-options.ts'
import { readSeed, splitOptions } from './scenario/split-options.ts'
import { type Simulation, Stage } from './stage/stage.ts'

/** A run of an app: what it is to be like is drawn from the seed, unless it is given as a scenario. */
export interface SimulateOptions<D extends MutatorDefinitions = MutatorDefinitions> extends SimulatedApp<D>, SimulationOptions {
  /** Default `1`. */
  readonly seed?: string | number
  /** A run that was fixed before, as {@link Simulation} has it. All other options of the run, the seed too, are then its own. */
  readonly scenario?: Scenario
  /**
   * A query that all clients and rooms are asked at each step. The timeline tells what it gives wherever that changes, and
   * `shown` what it gave at a time. It must be one that all versions of the app can run.
   */
  readonly watch?: string
}

/**
 * Runs an app's clients and server, all of them real, on virtual time, and checks Savepoint's guarantees at each step. The same
 * seed gives the same run, on any machine.
 *
 * @throws TypeError if an option is wrong: its message names the field and the value. What does not hold is no error, but the
 * `violation` of what is returned.
 * @example
 * const run = await simulate({ schema, mutators, workload: { addItem: (random) => ({ title: random.id() }) }, seed: 7 })
 * await writeFile('run.html', run.report())
 */
export async function simulate<D extends MutatorDefinitions>(options: SimulateOptions<D>): Promise<Simulation> {
  const { app, options: simulationOptions } = splitOptions(options, ['seed', 'scenario', 'watch'])
  const { seed = 1, scenario: given, watch } = options
  if (watch !== undefined && typeof watch !== 'string') throw new TypeError(`watch: ${String(watch)} is no SQL text`)
  const scenario = given ?? generateScenario(app, simulationOptions, readSeed(seed))
  checkScenario(scenario, app)
  const stage = await Stage.open(app)
  try {
    return await stage.simulation(scenario, { watch })
  } finally {
    await stage.close()
  }
}
