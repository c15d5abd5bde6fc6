import type { MutatorDefinitions } from '@savepoint/core'
import type { SimulatedApp } from '../app.ts'
import { checkApp } from './check-app.ts'
import type { SimulationOptions } from './simulation-options.ts'

/**
 * Parts what a user gives in one object: the app, and what its runs are to be like.
 *
 * @throws TypeError naming each field of the app that is wrong; the other options are checked where scenarios are drawn from them
 */
export function splitOptions<D extends MutatorDefinitions>(
  given: SimulatedApp<D> & SimulationOptions,
): { readonly app: SimulatedApp; readonly options: SimulationOptions } {
  const { schema, mutators, serverMutators, workload, laterVersions, authOf, ...options } = given as unknown as SimulatedApp &
    SimulationOptions
  const app: SimulatedApp = {
    schema,
    mutators,
    workload,
    ...(serverMutators && { serverMutators }),
    ...(laterVersions && { laterVersions }),
    ...(authOf && { authOf }),
  }
  checkApp(app)
  return { app, options }
}
