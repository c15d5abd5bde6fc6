import type { MutatorDefinitions } from '@savepoint/core'
import type { ConvergenceOptions } from './convergence-options.ts'

/**
 * Returns what it is given, with the types of its mutators' arguments known to its generators: for a module that a test and
 * `savepoint-sim` both load.
 *
 * @example
 * export const simulation = defineSimulation({ schema, mutators, workload: { addItem: (random) => ({ title: random.id() }) } })
 */
export function defineSimulation<D extends MutatorDefinitions>(simulation: ConvergenceOptions<D>): ConvergenceOptions<D> {
  return simulation
}
