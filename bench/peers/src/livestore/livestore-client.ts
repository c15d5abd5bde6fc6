import { randomUUID } from 'node:crypto'
import { makeAdapter } from '@livestore/adapter-node'
import { createStorePromise, type Store } from '@livestore/livestore'
import { WebSocket } from 'ws'
import { HubLine } from './hub-line.ts'
import { schema } from './livestore-schema.ts'
import { syncBackend } from './sync-backend.ts'

/** How long a store may wait for what the hub has before it opens. */
const FIRST_SYNC_MS_MAX = 60 * 60_000

export interface OpenedStore {
  readonly store: Store<typeof schema>
  readonly line: HubLine
  /** From now on `listener` is told how many more events of this client have come back from the hub, which makes them final. */
  onConfirmed(listener: (count: number) => void): void
  close(): Promise<void>
}

/** A store in memory that has all that the hub has. */
export async function openStore(url: string, Socket: typeof WebSocket = WebSocket): Promise<OpenedStore> {
  const clientId = randomUUID()
  const line = new HubLine(url, Socket)
  let confirmed: (count: number) => void = () => {}
  const backend = syncBackend(line, (events) => confirmed(events.filter((event) => event.clientId === clientId).length))
  const initialSyncOptions = { _tag: 'Blocking', timeout: FIRST_SYNC_MS_MAX } as const
  const store = await createStorePromise({
    schema,
    // Stores of one name and process would hear of each other's end.
    storeId: clientId,
    adapter: makeAdapter({ storage: { type: 'in-memory' }, clientId, sync: { backend, initialSyncOptions, onSyncError: 'shutdown' } }),
    disableDevtools: true,
  })
  return {
    store,
    line,
    onConfirmed: (listener) => {
      confirmed = listener
    },
    close: async () => {
      line.close()
      await store.shutdownPromise()
    },
  }
}
