import { CLAIM_MESSAGE, PATH_DEFAULT } from './service-worker/reach.ts'

export interface ReachWorkerOptions extends RegistrationOptions {
  /** As it was given to `serveFromWorker`. */
  readonly path?: string
}

/**
 * Registers a service worker that calls `serveFromWorker`, and waits until what this page asks for comes to it.
 *
 * @returns the server's address, for `createClient`
 * @throws (rejects) what the browser does where it gives no service worker, as on pages that are not secure
 * @example
 * const url = await reachWorkerServer('/server.js', { type: 'module' })
 */
export async function reachWorkerServer(
  script: string | URL,
  { path = PATH_DEFAULT, ...options }: ReachWorkerOptions = {},
): Promise<string> {
  const { serviceWorker } = navigator
  if (serviceWorker === undefined)
    throw new Error('The browser gives this page no service worker: it has to come over HTTPS, or from localhost.')
  await serviceWorker.register(script, options)
  const { active, scope } = await serviceWorker.ready
  if (serviceWorker.controller === null) {
    const controlled = new Promise<void>((resolve) => serviceWorker.addEventListener('controllerchange', () => resolve(), { once: true }))
    active?.postMessage(CLAIM_MESSAGE)
    await controlled
  }
  return new URL(path, scope).href
}
