import type { SimulatedApp } from '@savepoint/simulator'
import { mutators, serverMutators } from './mutators.ts'
import { schema } from './schema.ts'
import { workload } from './workload.ts'

/** An app that no one would want, and that gives every trap a chance. */
export const trapsApp: SimulatedApp<(typeof mutators)['definitions']> = {
  schema,
  mutators,
  serverMutators,
  workload,
}
