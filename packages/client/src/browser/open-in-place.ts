import type { Mutators } from '@savepoint/core'
import type { InPlaceClientOptions } from '../browser.ts'
import { Client } from '../client.ts'
import { webTransport } from '../connection/web-transport.ts'
import { memoryStorage } from '../memory-storage.ts'
import { browserScheduler } from './clock.ts'
import { hearNetwork } from './hear-network.ts'
import { loadWaSqlite } from './load-wa-sqlite.ts'

/** A client whose replica is in the page itself. */
export async function openInPlace<M extends Mutators>(options: InPlaceClientOptions<M>): Promise<Client<M['definitions']>> {
  const { schema, mutators, url, room, wasm, auth, token, onEvent } = options
  const client = new Client<M['definitions']>({
    schema,
    mutators,
    auth,
    onEvent,
    storage: memoryStorage(await loadWaSqlite(wasm)),
    transport: webTransport({
      url: new URL(url, location.href).href,
      room,
      webSocket: WebSocket,
      fetch: fetch.bind(globalThis),
      onNetwork: hearNetwork,
      token,
      transport: options.transport,
      scheduler: browserScheduler,
    }),
    scheduler: browserScheduler,
  })
  if (options.autoStart !== false) client.start()
  return client
}
