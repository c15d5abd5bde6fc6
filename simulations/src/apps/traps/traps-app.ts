import type { SimulatedApp } from '@savepoint/simulator'
import { mutators, serverMutators } from './mutators.ts'
import { nextSchema, schema } from './schema.ts'
import { workload } from './workload.ts'

export type MutatorName = keyof (typeof mutators)['definitions']

/** An app that no one would want, and that gives every trap a chance. */
export const trapsApp: SimulatedApp<(typeof mutators)['definitions']> = {
  schema,
  mutators,
  serverMutators,
  workload,
}

/** An app as given, of whose mutators only these are called. */
export function calling(app: typeof trapsApp, names: readonly MutatorName[]): typeof trapsApp {
  return { ...app, workload: Object.fromEntries(names.map((name) => [name, app.workload[name]])) }
}

/** The same, with an update to come. */
export const updatedTrapsApp: typeof trapsApp = { ...trapsApp, laterVersions: [{ schema: nextSchema, mutators, serverMutators }] }
