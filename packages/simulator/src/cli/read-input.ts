import { type ConvergenceOptions, readConvergenceOptions } from '../convergence-options.ts'
import { UsageError } from './command-line.ts'
import { loadSimulation } from './load-module.ts'

type Overrides = Pick<ConvergenceOptions, 'runs' | 'seed' | 'timeMs' | 'shrinkMs' | 'cases'>

/** What the command line offers where the module says nothing. */
const DEFAULTS: Overrides = { timeMs: 60_000, cases: 'savepoint-cases' }

/**
 * A module's simulation, with what the command line says otherwise.
 *
 * @throws (rejects) UsageError if it cannot be used, and why
 */
export async function readInput(module: string, overrides: Overrides = {}): Promise<ReturnType<typeof readConvergenceOptions>> {
  const simulation = await loadSimulation(module)
  return asUsage(() => readConvergenceOptions({ ...DEFAULTS, ...simulation, ...overrides }))
}

/** What `read` gives. A TypeError of it is about what was given, and no fault of ours. */
export function asUsage<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw error instanceof TypeError ? new UsageError(error.message, { cause: error }) : error
  }
}
