import { type ReactNode, useState, useSyncExternalStore } from 'react'
import { ClientContext } from './client-context.ts'
import type { HookClient } from './hook-client.ts'
import { openingOf } from './opening.ts'

export interface SavepointProviderProps<C extends HookClient = HookClient> {
  /**
   * The client, or the promise of one that `createClient` gives. Make it outside of components: it is the app's to close.
   * Null or undefined on a server.
   */
  readonly client: C | PromiseLike<C> | null | undefined
  /** Shown while the client opens. On a server, and where its page is hydrated, the children are shown instead. */
  readonly fallback?: ReactNode
  readonly children?: ReactNode
}

/**
 * Gives the hooks below it their client. If the client cannot be opened, it throws the reason to the nearest error boundary.
 *
 * @throws whatever the promise of the client rejects with.
 */
export function SavepointProvider({ client, fallback, children }: SavepointProviderProps): ReactNode {
  const opening = openingOf(client)
  const readState = () => opening.state
  const state = useSyncExternalStore(opening.subscribe, readState, readState)
  const isFromServer = useSyncExternalStore(subscribeToNothing, isNotFromServer, isNotInBrowser)
  // What a server has shown must not give way to the fallback.
  const [showsAlways] = useState(isFromServer)
  if (state.status === 'failed') throw state.error
  if (state.status !== 'open' && !showsAlways) return fallback
  return <ClientContext.Provider value={state}>{children}</ClientContext.Provider>
}

const subscribeToNothing = () => () => {}
const isNotFromServer = () => false
const isNotInBrowser = () => true
