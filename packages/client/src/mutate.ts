import type { MutatorArgs, MutatorDefinitions, MutatorResult } from '@savepoint/core'
import type { LocalMutationHandle, MutationHandle } from './mutation-handle.ts'

/** One function for each mutator, with its arguments and its result. */
export type Mutate<D extends MutatorDefinitions> = {
  readonly [Name in keyof D & string]: (...args: MutatorArgs<D[Name]>) => MutationHandle<MutatorResult<D[Name]>>
}

/** As {@link Mutate}, on a replica in this very process. */
export type LocalMutate<D extends MutatorDefinitions> = {
  readonly [Name in keyof D & string]: (...args: MutatorArgs<D[Name]>) => LocalMutationHandle<MutatorResult<D[Name]>>
}

/** The functions of all mutators, each calling `call` with its name. */
export function mutateFunctions<D extends MutatorDefinitions>(
  definitions: D,
  call: (name: string, args: unknown) => LocalMutationHandle<unknown>,
): LocalMutate<D> {
  const names = Object.keys(definitions)
  return Object.freeze(Object.fromEntries(names.map((name) => [name, (args: unknown) => call(name, args)]))) as unknown as LocalMutate<D>
}
