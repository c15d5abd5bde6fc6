import { createHooks } from '@savepoint/react'
import type { mutators } from '@savepoint-demo/mutators'

type Definitions = (typeof mutators)['definitions']

export const { SavepointProvider, useClient, useMutator, useQuery, useMutations, useStatus } = createHooks<typeof mutators>()

/** What a mutator of the board takes. */
export type ArgsOf<Name extends keyof Definitions> = Parameters<Definitions[Name]>[1]
