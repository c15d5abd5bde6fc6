import type { MutationHandle } from '@savepoint/client'
import { useState, useSyncExternalStore } from 'react'
import { useClientIfOpen } from './client-context.ts'
import { MutatorCalls, type MutatorState } from './mutator-calls.ts'

/**
 * A mutator by its name, and what has become of the calls that this component has made of it. The function stays the same from
 * render to render. Calls go on when the component is gone.
 *
 * @example
 * const [addItem, { status, error, retry }] = useMutator('addItem')
 */
export function useMutator(name: string): readonly [mutate: (...args: unknown[]) => MutationHandle<unknown>, state: MutatorState] {
  const client = useClientIfOpen()
  const [calls, setCalls] = useState(() => new MutatorCalls(client, name))
  if (calls.client !== client || calls.name !== name) setCalls(new MutatorCalls(client, name))
  const state = useSyncExternalStore(calls.subscribe, calls.read, calls.read)
  return [calls.call, state]
}
