import { OUTCOME_UNKNOWN } from '@savepoint/core'
import type { Driver } from '@savepoint/sqlite'
import { isDamage } from '../damage.ts'
import type { ReplicaStorage } from '../storage.ts'
import type { SettledMutation } from './pending-mutation.ts'
import { PendingStore } from './pending-store.ts'
import { renumber } from './reconcile.ts'
import { type Salvaged, salvage } from './salvage.ts'

interface OpenOptions {
  readonly storage: ReplicaStorage
  readonly newClientID: () => string
  /** An error that was survived. */
  readonly report: (error: unknown) => void
}

const NOTHING: Salvaged = { client: undefined, pending: [], settled: [] }

/**
 * Opens the pending store, or makes it. From one whose file is damaged, what can be read is put into a new one.
 *
 * @throws whatever the storage throws; nothing is open then
 */
export function openPendingStore({ storage, newClientID, report }: OpenOptions): PendingStore {
  let driver: Driver | undefined
  try {
    driver = storage.openPending()
    const store = PendingStore.open(driver, newClientID)
    // The base is known by the store's pointer to it: without, whatever is there may be half made.
    if (store.isNew) storage.keepOnly(-1)
    return store
  } catch (error) {
    const salvaged = isDamage(error) && driver !== undefined ? salvage(driver) : NOTHING
    driver?.close()
    if (!isDamage(error)) throw error
    return rebuild({ storage, newClientID, report }, salvaged, error)
  }
}

function rebuild({ storage, newClientID, report }: OpenOptions, { client, pending, settled }: Salvaged, cause: Error): PendingStore {
  const driver = storage.openPending(true)
  try {
    const store = PendingStore.open(driver, newClientID)
    const read = `${pending.length} pending mutations and ${settled.length} outcomes could be read`
    if (client !== undefined) {
      // Without gaps, as a queue always is. What was sent under another ID is known by its seed.
      const { confirmed } = client
      const unconfirmed = pending.filter(({ mutationID }) => mutationID > confirmed)
      store.replace(client, renumber(unconfirmed, confirmed + 1), settled)
      report(damaged(`${read} and are kept; if there were more, they are lost unless they were sent.`, cause))
      return store
    }
    storage.keepOnly(-1)
    const lost = pending.map(({ name, args, createdAt, seed }): SettledMutation => ({ name, args, createdAt, seed, outcome: LOST }))
    store.replace(store.client, [], [...settled, ...lost])
    report(damaged(`${read}, but not under which name they were sent: they are listed as failed, and this client has a new ID.`, cause))
    return store
  } catch (error) {
    driver.close()
    throw error
  }
}

const LOST = {
  ok: false,
  ...OUTCOME_UNKNOWN,
  message:
    'The file that it was kept in was damaged. It may have been sent or not, and is not sent again. Look at the data before you repeat it.',
} as const

function damaged(what: string, cause: Error): Error {
  return new Error(`The file of pending mutations was damaged. ${what}`, { cause })
}
