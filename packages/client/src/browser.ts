import type { Mutators, Schema } from '@savepoint/core'
import { browserScheduler } from './browser/clock.ts'
import { hearNetwork } from './browser/hear-network.ts'
import { WorkerLink } from './browser/worker-link.ts'
import type { Client } from './client.ts'
import type { ClientEventReport } from './client-event.ts'
import type { GiveToken } from './connection/transport.ts'
import type { TransportKind } from './connection/web-transport.ts'
import type { SavepointClient } from './savepoint-client.ts'
import type { StorageInfo } from './storage.ts'
import { PageClient } from './worker/page-client.ts'

interface PageOptions {
  /** The server's address, for example `https://sync.example.com`. */
  readonly url: string
  readonly room: string
  /** What proves who this is, asked for at each attempt to connect; with `fresh`, the last one that was given is good no more. */
  readonly token?: GiveToken
  /** What `tx.auth` tells on this client. The server trusts only its own. */
  readonly auth?: unknown
  /** Where SQLite's wasm is, if not where the bundler has put it. */
  readonly wasm?: string
  /** Default `auto`: a WebSocket, and HTTP with server-sent events where none gets through. */
  readonly transport?: TransportKind
  /** False to stay offline until `client.start()`. */
  readonly autoStart?: boolean
  /** Called with each step of the client's work. */
  readonly onEvent?: (event: ClientEventReport) => void
}

export interface WorkerClientOptions extends PageOptions {
  /** Starts the worker in which the app calls `startReplicaWorker`. It is called again if that dies. */
  readonly worker: () => Worker
  /** Names the replica in this origin: tabs that give the same share it. Default: server and room. Give one for each user, where users change. */
  readonly name?: string
  /** The only storage that will do. Default: the best that this browser offers. */
  readonly storage?: StorageInfo['kind']
}

export interface InPlaceClientOptions<M extends Mutators> extends PageOptions {
  readonly schema: Schema
  readonly mutators: M
  /** The replica ends with the page. */
  readonly storage: 'memory'
}

/**
 * Opens a client on a page, with its replica in a worker that all tabs share; or, for small apps, in the page itself.
 *
 * @throws (rejects) Error if the worker cannot be started or the replica not be opened.
 */
export function createClient<M extends Mutators>(options: WorkerClientOptions): Promise<SavepointClient<M['definitions']>>
export function createClient<M extends Mutators>(options: InPlaceClientOptions<M>): Promise<Client<M['definitions']>>
export async function createClient<M extends Mutators>(
  options: WorkerClientOptions | InPlaceClientOptions<M>,
): Promise<SavepointClient<M['definitions']>> {
  if (!('worker' in options)) {
    // Apps that use a worker are not to load the engine in the page.
    const { openInPlace } = await import('./browser/open-in-place.ts')
    return openInPlace(options)
  }
  const { worker, room, storage, wasm, auth, token, transport, onEvent } = options
  // The worker may be at another address than the page.
  const absolute = (path: string) => new URL(path, location.href).href
  const url = absolute(options.url)
  const request = {
    name: options.name ?? `${url} ${room}`,
    url,
    room,
    auth,
    storage,
    transport,
    wasm: wasm === undefined ? undefined : absolute(wasm),
  }
  const link = new WorkerLink(worker, request, browserScheduler)
  const { now, id } = browserScheduler
  const client = new PageClient<M['definitions']>(link, {
    now,
    id,
    isStarted: options.autoStart !== false,
    token,
    onEvent,
    onNetwork: hearNetwork,
  })
  link.owner = client
  link.start()
  await client.ready
  return client
}
