import { createMergeableStore, type MergeableStore } from 'tinybase'
import { createWsSynchronizer, type WsSynchronizer } from 'tinybase/synchronizers/synchronizer-ws-client'
import { WebSocket } from 'ws'

/** How long the hub may take to answer: its default of one second is too short for many rows. */
const REQUEST_SECONDS_MAX = 300

export type Synchronizer = WsSynchronizer<WebSocket>

interface OpenedStore {
  readonly store: MergeableStore
  readonly synchronizer: Synchronizer
  close(): Promise<void>
}

/** A store that follows the hub. */
export async function openStore(url: string, Socket: typeof WebSocket = WebSocket): Promise<OpenedStore> {
  const store = createMergeableStore()
  const synchronizer = await follow(store, url, Socket)
  return { store, synchronizer, close: async () => void (await synchronizer.destroy()) }
}

/** Connects a store to the hub, and both have what the other has. */
export async function follow(store: MergeableStore, url: string, Socket: typeof WebSocket): Promise<Synchronizer> {
  const synchronizer = await createWsSynchronizer(store, new Socket(`${url}/bench`), REQUEST_SECONDS_MAX)
  await synchronizer.startSync()
  return synchronizer
}
