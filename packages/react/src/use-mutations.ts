import type { MutationHandle, MutationRecord, MutationSelection, MutationStatus } from '@savepoint/client'
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
  /** One status, several, or `all`, which is the default. */
  readonly status?: MutationFilter | readonly MutationStatus[]
  /** At most so many, the last ones. Default: all. */
  readonly limit?: number
}

/**
 * The durable list of what is pending, was confirmed, or has failed: also from before a reload, and from components that are
 * gone. `status: 'rejected'` is the "could not be saved" inbox. Failures of the first run were never sent, and are not in it.
 * Only what is asked for is read, and only changes of that render.
 */
export function useMutations({ status = 'all', limit }: MutationsOptions = {}): MutationList {
  const client = useClientIfOpen()
  const statuses = typeof status === 'string' ? status : status.join()
  const { subscribe, read, retry, dismiss } = useMemo(() => recordStore(client, statuses, limit), [client, statuses, limit])
  const list = useSyncExternalStore(subscribe, read, () => NO_RECORDS)
  return useMemo(() => ({ ...list, retry, dismiss }), [list, retry, dismiss])
}

/** @param statuses with commas between them, so that what says the same is the same */
function recordStore(client: HookClient | undefined, statuses: string, limit: number | undefined) {
  const selection: MutationSelection = {
    ...(statuses !== 'all' && { status: (statuses === '' ? [] : statuses.split(',')) as MutationStatus[] }),
    ...(limit !== undefined && { limit }),
  }
  const store = () =>
    client && clientStore(client, `mutations ${statuses} ${limit}`, (changed) => openMutations(client, selection, changed))
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
