import { defineMutators, type MutatorDefinitions, type Mutators } from '@savepoint/core'
import type { AppVersion } from '../app.ts'

const known = new WeakMap<AppVersion, Mutators>()

/** The app's mutators as its server runs them. */
export function mutatorsOfServer(app: AppVersion): Mutators {
  let mutators = known.get(app)
  if (mutators === undefined) {
    mutators =
      app.serverMutators === undefined
        ? app.mutators
        : defineMutators({ ...app.mutators.definitions, ...(app.serverMutators as MutatorDefinitions) })
    known.set(app, mutators)
  }
  return mutators
}
