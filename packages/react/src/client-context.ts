import { createContext, useContext } from 'react'
import type { HookClient } from './hook-client.ts'
import type { OpenState } from './opening.ts'

export const ClientContext = createContext<OpenState | undefined>(undefined)

/** How far the client of the provider above is; never `failed`, which the provider throws. */
export function useOpenState(): OpenState {
  const state = useContext(ClientContext)
  if (state === undefined) throw new Error('There is no <SavepointProvider> above this component.')
  return state
}

/** The client, or undefined on a server, and while a page that came from one waits for its client. */
export function useClientIfOpen(): HookClient | undefined {
  const state = useOpenState()
  return state.status === 'open' ? state.client : undefined
}

/** Suspends while a client opens; where there is none to wait for, the nearest Suspense boundary shows its fallback. */
export function suspendUntilOpen(state: OpenState): never {
  if (state.status === 'opening') throw state.promise
  throw new Error('There is no client here, as on a server. Wrap this component in <Suspense>, or give the query `initialRows`.')
}
