import { defineMutators, type MutatorDefinitions } from '@savepoint/core'
import type { AppVersion } from '../app.ts'

/** Runs something, and does something before and after it. */
type Around = <T>(run: () => T) => T

/** The same version of an app, with something around each run of a mutator. */
export function watchMutators(version: AppVersion, around: (name: string) => Around): AppVersion {
  const { mutators, serverMutators } = version
  return {
    ...version,
    mutators: defineMutators(watched(mutators.definitions, around)),
    ...(serverMutators && { serverMutators: watched(serverMutators as MutatorDefinitions, around) }),
  }
}

function watched(definitions: MutatorDefinitions, around: (name: string) => Around): MutatorDefinitions {
  return Object.fromEntries(Object.entries(definitions).map(([name, definition]) => [name, watchedOne(definition, around(name))]))
}

function watchedOne(definition: MutatorDefinitions[string], around: Around): MutatorDefinitions[string] {
  if (typeof definition !== 'function') {
    return { args: definition.args, run: (tx, args) => around(() => definition.run(tx, args)) }
  }
  const run = definition as (tx: unknown, args: unknown) => unknown
  return (tx, args) => around(() => run.call(undefined, tx, args))
}
