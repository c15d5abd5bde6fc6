import { resolve } from 'node:path'
import type { MutatorDefinitions } from '@savepoint/core'
import type { SimulatedApp } from './app.ts'
import { checkBudget } from './scenario/check-budget.ts'
import { readOptions, type SimulationOptions } from './scenario/simulation-options.ts'
import { readSeed, splitOptions } from './scenario/split-options.ts'
import type { Search } from './stage/find-failure.ts'

/** Runs that are made if nothing is said. */
const RUNS_DEFAULT = 50

/** Real time for them, in milliseconds: tests are run often. */
const TIME_MS_DEFAULT = 20_000

/** Real time that cutting a failure down may take, in milliseconds. */
const SHRINK_MS_DEFAULT = 30_000

const FIELDS = ['runs', 'seed', 'timeMs', 'shrinkMs', 'cases', 'checks'] as const

/** An app, what its runs are to be like, and how many there are to be. */
export interface ConvergenceOptions<D extends MutatorDefinitions = MutatorDefinitions> extends SimulatedApp<D>, SimulationOptions {
  /** How many seeds are run. Default 50. */
  readonly runs?: number
  /** What the seeds begin with. Change it to look elsewhere. Default `1`. */
  readonly seed?: string | number
  /**
   * Real time for the runs, in milliseconds: then no other is begun, and one that is going on is given up. Default 20,000. A
   * test's own timeout has to be longer, and leave time for cutting a failure down.
   */
  readonly timeMs?: number
  /** Real time that cutting a failure down may take, in milliseconds. Default 30,000. */
  readonly shrinkMs?: number
  /**
   * A directory of cases that failed once. They are run first, all of them, each time; and what fails is added to it, cut down,
   * to be committed. Default: none.
   */
  readonly cases?: string
  /** False: it is only run, and what is checked is that it comes to rest; to see what the other checks cost. Default true. */
  readonly checks?: boolean
}

/**
 * What a user gives in one object, with defaults, in its parts.
 *
 * @throws TypeError naming each field that is wrong
 */
export function readConvergenceOptions<D extends MutatorDefinitions>(
  given: ConvergenceOptions<D>,
): { readonly app: SimulatedApp; readonly search: Search; readonly checks: boolean } {
  const { app, options, others } = splitOptions(given, FIELDS)
  const {
    runs = RUNS_DEFAULT,
    seed = 1,
    timeMs = TIME_MS_DEFAULT,
    shrinkMs = SHRINK_MS_DEFAULT,
    cases,
    checks = true,
  } = others as Pick<ConvergenceOptions, (typeof FIELDS)[number]>
  checkBudget({ runs, timeMs, shrinkMs })
  if (cases !== undefined && (typeof cases !== 'string' || cases === ''))
    throw new TypeError(`cases: ${String(cases)} is not a directory's path`)
  if (typeof checks !== 'boolean') throw new TypeError(`checks: ${String(checks)} is neither true nor false`)
  readOptions(options)
  const search = { options, runs, seed: readSeed(seed), timeMs, shrinkMs, ...(cases !== undefined && { cases: resolve(cases) }) }
  return { app, search, checks }
}
