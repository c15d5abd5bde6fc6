import type { ClientStatus } from '@savepoint/client'
import { useMemo, useSyncExternalStore } from 'react'
import { useClientIfOpen } from './client-context.ts'
import type { HookClient } from './hook-client.ts'

const NOT_OPEN: ClientStatus = Object.freeze({
  connection: 'stopped',
  version: null,
  pending: 0,
  oldestPendingAt: null,
  download: null,
  outage: null,
  refusal: null,
  transport: null,
})

/** How the client stands: connected or not, at which version, with how much pending. `stopped` on a server. */
export function useStatus(): ClientStatus {
  const client = useClientIfOpen()
  const { subscribe, read } = useMemo(() => statusStore(client), [client])
  return useSyncExternalStore(subscribe, read, readNotOpen)
}

const readNotOpen = () => NOT_OPEN

function statusStore(client: HookClient | undefined) {
  if (client === undefined) return { subscribe: () => () => {}, read: readNotOpen }
  return { subscribe: (listener: () => void) => client.onStatus(listener), read: () => client.status }
}
