import { type MutatorDefinitions, SavepointError } from '@savepoint/core'
import type { ServerDefinition } from './create-server.ts'
import { browserWorld } from './service-worker/clock.ts'
import { IndexedDbLogs } from './service-worker/indexed-db-logs.ts'
import { loadWaSqlite } from './service-worker/load-wa-sqlite.ts'
import { openWorkerServer } from './service-worker/open-worker-server.ts'
import { CLAIM_MESSAGE, PATH_DEFAULT } from './service-worker/reach.ts'
import { Turns } from './service-worker/turns.ts'

export { IndexedDbLogs }

export interface WorkerServerOptions<D extends MutatorDefinitions = MutatorDefinitions>
  extends Omit<ServerDefinition<D>, 'otherwise' | 'admin'> {
  /** Under which path of the worker's scope the doors are. Default `savepoint`. */
  readonly path?: string
  /** Names the database of IndexedDB that keeps the rooms: one server of an origin at a time may have it. Default `savepoint-server`. */
  readonly name?: string
  /** Where SQLite's wasm is, if not where the bundler has put it. It is taken from a cache of the origin's that has it. */
  readonly wasm?: string
}

/** What is used of a service worker's globals, which TypeScript has no types for beside those of a page. */
interface WorkerScope {
  readonly registration: { readonly scope: string }
  readonly clients: { claim(): Promise<void> }
  skipWaiting(): Promise<void>
  addEventListener<T extends keyof WorkerEvents>(type: T, listener: (event: WorkerEvents[T]) => void): void
}

interface ExtendableEvent {
  waitUntil(work: Promise<unknown>): void
}

interface WorkerEvents {
  install: ExtendableEvent
  message: ExtendableEvent & { readonly data: unknown }
  fetch: { readonly request: Request; respondWith(response: Promise<Response>): void }
}

/**
 * Makes a service worker the server of its origin's pages: call it in the worker's script, when that is first run. Rooms are in memory,
 * and what is acknowledged is in IndexedDB. Requests that are for none of the doors are left to the app's own `fetch` listeners.
 *
 * @throws TypeError if something of the options cannot be
 * @example
 * serveFromWorker({ schema, mutators })
 */
export function serveFromWorker<D extends MutatorDefinitions>(options: WorkerServerOptions<D>): void {
  const scope = globalThis as unknown as WorkerScope
  const { path = PATH_DEFAULT, name = 'savepoint-server', wasm } = options
  const doors = new URL(`${path}/`, scope.registration.scope)
  const logs = new IndexedDbLogs(name)
  const turns = new Turns(name, async () => {
    const module = await loadWaSqlite(wasm === undefined ? undefined : await fetchCached(wasm))
    return openWorkerServer(options, { world: browserWorld, module, logs })
  })

  scope.addEventListener('install', (event) => event.waitUntil(Promise.all([scope.skipWaiting(), turns.take()])))
  scope.addEventListener('message', (event) => {
    if (event.data === CLAIM_MESSAGE) event.waitUntil(scope.clients.claim())
  })
  scope.addEventListener('fetch', (event) => {
    const { origin, pathname } = new URL(event.request.url)
    if (origin === doors.origin && pathname.startsWith(doors.pathname)) event.respondWith(answer(turns, doors.pathname, event.request))
  })
}

async function answer(turns: Turns, path: string, request: Request): Promise<Response> {
  try {
    const { app } = await turns.server()
    return await app.fetch(within(path, request))
  } catch (error) {
    // Whoever sees it has the worker in their own browser, and nobody else's secrets.
    const why = error instanceof Error ? error.message : String(error)
    const unopened = new SavepointError('unavailable', `The service worker could not open its server: ${why}`)
    const { code, message } = error instanceof SavepointError ? error : unopened
    return Response.json({ code, message }, { status: 503 })
  }
}

/** The request as the doors know it: without the path before them. */
function within(path: string, { url, method, headers, body, signal }: Request): Request {
  const inner = new URL(url)
  inner.pathname = inner.pathname.slice(path.length - 1)
  // A body that is a stream has to say so.
  const init: RequestInit & { readonly duplex: 'half' } = { method, headers, body, signal, duplex: 'half' }
  return new Request(inner, init)
}

/** A worker's own requests do not come to itself, so what the app keeps for when it is offline is looked for here. */
async function fetchCached(url: string): Promise<ArrayBuffer> {
  const response = (await caches.match(url)) ?? (await fetch(url))
  if (!response.ok) throw new Error(`${url} was answered with ${response.status}`)
  return await response.arrayBuffer()
}
