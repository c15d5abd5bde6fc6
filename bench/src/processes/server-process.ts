import { Child } from './child.ts'
import type { Usage } from './usage.ts'

/** What the server process is to serve. */
export interface ServeOptions {
  readonly directory: string
  readonly app: 'counters' | 'keyed-counters' | 'rows' | 'batches'
  /** Runs the rooms in so many threads. Only `batches` is a module that they can load. */
  readonly threads?: number
}

/** Where it is found. */
export interface ServerAddresses {
  readonly url: string
  /** A bare WebSocket that sends every message back: the least that a round trip can take. */
  readonly echoUrl: string
}

/** A server in a process of its own. */
export interface ServerProcess extends ServerAddresses {
  usage(): Promise<Usage>
  /** Once garbage is collected and nothing is under way. */
  usageAtRest(): Promise<Usage>
  stop(): Promise<void>
}

/** Starts a server in a process of its own. */
export async function startServerProcess(options: ServeOptions): Promise<ServerProcess> {
  const child = new Child(new URL('./server-main.ts', import.meta.url))
  const addresses = await child.call<ServerAddresses>('serve', options)
  return { ...addresses, usage: () => child.call('usage'), usageAtRest: () => child.call('usageAtRest'), stop: () => child.stop() }
}
