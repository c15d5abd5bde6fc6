import { createHooks, type Hooks } from '@savepoint/react'
import type { mutators } from '@savepoint-demo/mutators'

type Definitions = (typeof mutators)['definitions']

const hooks: Hooks<Definitions> = createHooks<typeof mutators>()

export const { SavepointProvider, useClient, useMutator, useQuery, useMutations, useStatus } = hooks

/** What a mutator of the board takes. */
export type ArgsOf<Name extends keyof Definitions> = Parameters<Definitions[Name]>[1]
