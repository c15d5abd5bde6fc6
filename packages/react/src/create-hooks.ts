import type { Mutate, MutatorDefinitions, Mutators, SavepointClient } from '@savepoint/client'
import type { ReactNode } from 'react'
import type { MutatorState } from './mutator-calls.ts'
import { SavepointProvider, type SavepointProviderProps } from './savepoint-provider.tsx'
import { useClient } from './use-client.ts'
import { useMutations } from './use-mutations.ts'
import { useMutator } from './use-mutator.ts'
import { useQuery } from './use-query.ts'
import { useStatus } from './use-status.ts'
import { useSuspenseQuery } from './use-suspense-query.ts'

/** The hooks, with an app's own mutators in their types. */
export interface Hooks<D extends MutatorDefinitions> {
  SavepointProvider(props: SavepointProviderProps<SavepointClient<D>>): ReactNode
  useClient(): SavepointClient<D>
  useMutator<Name extends keyof D & string>(name: Name): readonly [mutate: Mutate<D>[Name], state: MutatorState]
  readonly useQuery: typeof useQuery
  readonly useSuspenseQuery: typeof useSuspenseQuery
  readonly useMutations: typeof useMutations
  readonly useStatus: typeof useStatus
}

const hooks = { SavepointProvider, useClient, useMutator, useQuery, useSuspenseQuery, useMutations, useStatus }

/**
 * The hooks, typed from an app's own mutators: their names, arguments and results. They are the same functions as this
 * package's own, so that only the types of the mutators have to be at hand.
 *
 * @example
 * import type { mutators } from './mutators.ts'
 *
 * export const { SavepointProvider, useMutator, useQuery } = createHooks<typeof mutators>()
 */
export function createHooks<M extends Mutators>(): Hooks<M['definitions']> {
  return hooks as unknown as Hooks<M['definitions']>
}
