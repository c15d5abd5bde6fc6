import type { MutationHandle, MutationRecord } from '@savepoint/client'
import { useMemo, useSyncExternalStore } from 'react'
import { useClientIfOpen } from './client-context.ts'
import { clientStore } from './client-stores.ts'
import { callAgain, type HookClient } from './hook-client.ts'
import { type MutationFilter, NO_RECORDS, openMutations, type RecordList } from './mutation-list.ts'

/** Mutations as the client keeps them, and what can be done about those that failed. */
export interface MutationList extends RecordList {
  /** Calls it again with the same arguments. Its record is forgotten once the new call is kept; if that fails at once, it stays. */
  retry(record: MutationRecord): MutationHandle<unknown>
  /** Forgets a failure, for good. */
  dismiss(record: MutationRecord): Promise<void>
}

export interface MutationsOptions {
  /** Default `all`. */
  readonly status?: MutationFilter
}

/**
 * The durable list of what is pending, was confirmed, or has failed: also from before a reload, and from components that are
 * gone. `status: 'rejected'` is the "could not be saved" inbox. Failures of the first run were never sent, and are not in it.
 */
export function useMutations({ status = 'all' }: MutationsOptions = {}): MutationList {
  const client = useClientIfOpen()
  const { subscribe, read, retry, dismiss } = useMemo(() => recordStore(client), [client])
  const list = useSyncExternalStore(
    subscribe,
    () => read()[status],
    () => NO_RECORDS[status],
  )
  return useMemo(() => ({ ...list, retry, dismiss }), [list, retry, dismiss])
}

function recordStore(client: HookClient | undefined) {
  const store = () => client && clientStore(client, 'mutations', (changed) => openMutations(client, changed))
  const nothing = () => {}
  return {
    subscribe: (listener: () => void) => store()?.subscribe(listener) ?? nothing,
    read: () => store()?.read() ?? NO_RECORDS,
    retry(record: MutationRecord) {
      return callAgain(opened(client), record.name, [record.args], [record.id])
    },
    async dismiss(record: MutationRecord) {
      await opened(client).dismiss(record.id)
    },
  }
}

function opened(client: HookClient | undefined): HookClient {
  if (client === undefined) throw new Error('The client is not open yet. Nothing was done.')
  return client
}
