import type { SimulatedApp } from '@savepoint/simulator'
import { mutators, serverMutators } from './mutators.ts'
import { nextSchema, schema } from './schema.ts'
import { workload } from './workload.ts'

/** An app that no one would want, and that gives every trap a chance. */
export const trapsApp: SimulatedApp<(typeof mutators)['definitions']> = {
  schema,
  mutators,
  serverMutators,
  workload,
}

/** The same, with an update to come. */
export const updatedTrapsApp: typeof trapsApp = { ...trapsApp, laterVersions: [{ schema: nextSchema, mutators, serverMutators }] }
