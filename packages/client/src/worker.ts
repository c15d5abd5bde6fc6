import type { MutatorDefinitions, Mutators, Schema } from '@savepoint/core'
import { browserScheduler } from './browser/clock.ts'
import { loadWaSqlite } from './browser/load-wa-sqlite.ts'
import { Client } from './client.ts'
import { webTransport } from './connection/web-transport.ts'
import { memoryStorage } from './memory-storage.ts'
import { packError } from './worker/crossing-error.ts'
import type { FromWorker, ReplicaRequest, ToWorker } from './worker/protocol.ts'
import { ReplicaHost } from './worker/replica-host.ts'

/**
 * Runs replicas for the pages that start this worker: an app's worker calls it once.
 *
 * @example
 * startReplicaWorker({ schema, mutators })
 */
export function startReplicaWorker<D extends MutatorDefinitions>({ schema, mutators }: { schema: Schema; mutators: Mutators<D> }): void {
  const post = (message: FromWorker) => postMessage(message)
  let session: ReturnType<ReplicaHost['join']> | undefined
  let host: ReplicaHost | undefined
  const open = async (request: ReplicaRequest) => {
    const module = await loadWaSqlite(request.wasm)
    host = new ReplicaHost(
      ({ onEvent, token }) =>
        new Client({
          schema,
          mutators,
          auth: request.auth,
          onEvent,
          storage: memoryStorage(module),
          transport: webTransport({
            url: request.url,
            room: request.room,
            webSocket: WebSocket,
            fetch: fetch.bind(globalThis),
            token: request.hasToken ? token : undefined,
          }),
          scheduler: browserScheduler,
        }) as unknown as Client,
      browserScheduler.soon,
    )
    session = host.join((messages) => post({ type: 'told', host: 'h', messages }))
    post({ type: 'host', host: 'h' })
  }
  addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
    if (data.type === 'open') open(data.request).catch((error) => post({ type: 'failed', error: packError(error) }))
    else if (data.type === 'ping') post({ type: 'pong' })
    else if (data.type === 'close') void host?.close().then(() => post({ type: 'closed' }))
    else for (const message of data.messages) session?.receive(message)
  })
}
