import { suspendUntilOpen, useOpenState } from './client-context.ts'
import type { HookClient } from './hook-client.ts'

/** The client of the provider above. Suspends if it is not open yet. */
export function useClient(): HookClient {
  const state = useOpenState()
  return state.status === 'open' ? state.client : suspendUntilOpen(state)
}
