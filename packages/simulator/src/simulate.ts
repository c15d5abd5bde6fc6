import type { MutatorDefinitions } from '@savepoint/core'
import type { SimulatedApp } from './app.ts'
import { allCheckers } from './checks/all-checkers.ts'
import { DiskFactory } from './disk/disk-factory.ts'
import { renderReport } from './report/render-report.ts'
import { checkApp } from './scenario/check-app.ts'
import { checkScenario } from './scenario/check-scenario.ts'
import { generateScenario } from './scenario/generate-scenario.ts'
import type { Scenario } from './scenario/scenario.ts'
import type { SimulationOptions } from './scenario/simulation-options.ts'
import { printTimeline } from './trace/print-timeline.ts'
import { type Run, runScenario } from './world/run-scenario.ts'

/** A run of an app: what it is to be like is drawn from the seed, unless it is given as a scenario. */
export interface SimulateOptions<D extends MutatorDefinitions = MutatorDefinitions> extends SimulatedApp<D>, SimulationOptions {
  /** Default `1`. */
  readonly seed?: string | number
  /** A run that was fixed before, as {@link Simulation} has it. All other options of the run, the seed too, are then its own. */
  readonly scenario?: Scenario
}

/** A run that was made, and ways of looking at it. */
export interface Simulation extends Run {
  /** One HTML page, with nothing to fetch: lanes over virtual time, messages, faults, rebases, final states. */
  report(): string
  /** Lines of text, for a terminal. */
  timeline(): string[]
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
  const app = options as unknown as SimulatedApp
  checkApp(app)
  const scenario = options.scenario ?? generateScenario(app, options, String(options.seed ?? 1))
  checkScenario(scenario, app)
  const disks = await DiskFactory.open()
  try {
    return simulation(await runScenario(app, scenario, { disks, checkers: allCheckers(app), keepEvents: true }))
  } finally {
    disks.close()
  }
}

function simulation(run: Run): Simulation {
  const verdict = verdictOf(run.violation)
  return { ...run, report: () => renderReport(reported(run)), timeline: () => printTimeline(run.events, { verdict }) }
}
