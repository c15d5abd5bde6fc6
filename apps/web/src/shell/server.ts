import { reachWorkerServer } from '@savepoint/server/page'

/** Where the rooms are, as clients are told. */
interface Server {
  readonly url: string
  /** Nothing else comes to a service worker. */
  readonly transport?: 'http'
}

/** The pages' service worker: it keeps them for when they are offline, and is the server where there is none. */
export const SERVICE_WORKER = `${import.meta.env.BASE_URL}offline.js`

/** This site was built for no server at all. */
export const isStatic = import.meta.env.MODE === 'static'

/** The rooms are in this browser, and its service worker is their server. */
export const isInWorker = isStatic || new URLSearchParams(location.search).get('server') === 'worker'

let found: Promise<Server> | undefined

/** Resolves when it can be asked. */
export function findServer(): Promise<Server> {
  found ??= isInWorker
    ? reachWorkerServer(SERVICE_WORKER).then((url): Server => ({ url, transport: 'http' }))
    : Promise.resolve({ url: location.origin })
  return found
}

/** This place with a server, or without one. */
export function linkToServer(where: 'worker' | 'network'): string {
  const address = new URL(location.href)
  if (where === 'worker') address.searchParams.set('server', 'worker')
  else address.searchParams.delete('server')
  return address.href
}
