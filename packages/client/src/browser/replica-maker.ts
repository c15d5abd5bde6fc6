import type { MutatorDefinitions, Mutators, Schema } from '@savepoint/core'
import type { WaSqliteModule } from '@savepoint/sqlite/wa-sqlite'
import { memoryFileStorage, openBrowserStorage } from '../browser-storage/open-browser-storage.ts'
import { Client } from '../client.ts'
import { webTransport } from '../connection/web-transport.ts'
import type { ReplicaMaker } from '../worker/leader.ts'
import { browserScheduler } from './clock.ts'
import { loadWaSqlite } from './load-wa-sqlite.ts'

const NO_LOCKS = 'This page has no Web Locks, which keep tabs apart: is it served over https? Each tab has a replica of its own, in memory.'

/** Makes replicas of a browser's parts. */
export function replicaMaker<D extends MutatorDefinitions>(schema: Schema, mutators: Mutators<D>): ReplicaMaker {
  // Kept, as a tab that leads again needs it again.
  let module: Promise<WaSqliteModule> | undefined
  const load = (url: string | undefined) => {
    module ??= loadWaSqlite(url)
    module.catch(() => {
      module = undefined
    })
    return module
  }
  return {
    async openStorage({ name, storage, wasm }, signal) {
      const module = load(wasm)
      if (storage === 'memory') return memoryFileStorage(await module)
      if (navigator.locks !== undefined) return await openBrowserStorage({ name, module, require: storage, signal })
      if (storage !== undefined) throw new Error(`${NO_LOCKS} Storage of kind "${storage}" is required, so nothing was opened.`)
      return memoryFileStorage(await module, NO_LOCKS)
    },
    async openStandIn({ wasm }, why) {
      return memoryFileStorage(await load(wasm), why)
    },
    makeClient: ({ url, room, auth, transport }, storage, { onEvent, token, onNetwork }, fence) =>
      new Client({
        schema,
        mutators: mutators as unknown as Mutators,
        auth,
        onEvent,
        storage,
        transport: fence(
          webTransport({
            url,
            room,
            webSocket: WebSocket,
            fetch: fetch.bind(globalThis),
            token,
            onNetwork,
            transport,
            scheduler: browserScheduler,
          }),
        ),
        scheduler: browserScheduler,
      }),
  }
}
