import { maxHeaderSize, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type ServerType, serve } from '@hono/node-server'
import { type MutatorDefinitions, TOKEN_LENGTH_MAX } from '@savepoint/core'
import { refuseUpgrade } from './node/accept-sockets.ts'
import { systemWorld } from './node/clock.ts'
import { fileStorage, type OpenServer, type OpenServerOptions, type OpenThreadedServerOptions, openServer } from './node/open-server.ts'

export type { OpenServer, OpenServerOptions, OpenThreadedServerOptions } from './node/open-server.ts'
export { fileStorage, openServer, systemWorld }

/** Where a server listens, if nothing else is said. */
export const PORT_DEFAULT = 8080

/** Bytes of a request's head: what Node takes, and the longest token besides. It answers more with 431, and no word. */
const HEAD_BYTES_MAX = maxHeaderSize + TOKEN_LENGTH_MAX

/** Where a server listens. */
interface ListenOptions {
  /** Default {@link PORT_DEFAULT}; 0 takes any that is free. */
  readonly port?: number
  /** Default: all interfaces. */
  readonly hostname?: string
}

/** A server whose rooms run in the thread that starts it. */
export interface StartServerOptions<D extends MutatorDefinitions = MutatorDefinitions> extends OpenServerOptions<D>, ListenOptions {}

/** A server whose rooms run in threads of their own. */
export interface StartThreadedServerOptions extends OpenThreadedServerOptions, ListenOptions {}

export interface RunningServer extends Pick<OpenServer, 'recheck'> {
  readonly url: string
  readonly port: number
  /** Takes in no more, finishes what was pushed, tells everyone, and closes the rooms. */
  close(): Promise<void>
}

/**
 * Starts a server: rooms as SQLite files in a directory, doors on a port. Given the address of the app's module, it runs the rooms in
 * threads; given the schema and mutators themselves, in this one.
 *
 * @throws Error if the port or the directory is in use; what the app's module throws; TypeError if an option cannot be.
 * @example
 * const server = await startServer({ schema, mutators, directory: './data', port: 8080 })
 * const threaded = await startServer({ app: new URL('./app.js', import.meta.url), directory: './data2', port: 8081 })
 */
export async function startServer<D extends MutatorDefinitions>(
  options: StartServerOptions<D> | StartThreadedServerOptions,
): Promise<RunningServer> {
  const { port = PORT_DEFAULT, hostname } = options
  const server = await openServer(options)
  let http: ServerType
  try {
    http = await listen(server.app.fetch, port, hostname)
  } catch (error) {
    await server.close()
    throw error
  }
  http.on('upgrade', (request, stream, head) => {
    if (!server.upgrade(request, stream, head)) refuseUpgrade(stream, '404 Not Found')
  })
  let closing: Promise<void> | undefined
  const { port: actual } = http.address() as AddressInfo
  return {
    url: `http://localhost:${actual}`,
    port: actual,
    recheck: (which) => server.recheck(which),
    close() {
      closing ??= close()
      return closing
    },
  }

  async function close(): Promise<void> {
    const stopped = new Promise<void>((resolve) => http.close(() => resolve()))
    await server.close()
    ;(http as Server).closeAllConnections()
    await stopped
  }
}

function listen(
  fetch: (request: Request) => Response | Promise<Response>,
  port: number,
  hostname: string | undefined,
): Promise<ServerType> {
  return new Promise((resolve, reject) => {
    const serverOptions = { maxHeaderSize: HEAD_BYTES_MAX }
    const http = serve({ fetch, port, serverOptions, ...(hostname === undefined ? {} : { hostname }) }, () => {
      http.off('error', reject)
      resolve(http)
    })
    http.once('error', reject)
  })
}
