import { countBytesReceived } from '../bootstrap/bytes-received.ts'
import { usage } from '../processes/usage.ts'
import type { System } from './system.ts'

export interface BootstrapOptions {
  /** The module of the system. */
  readonly module: string
  readonly address: string
  readonly things: number
}

/** What it took to get all that a hub holds. */
export interface Bootstrapped {
  readonly ms: number
  readonly bytes: number
  readonly peakRssBytes: number
}

/** An empty client in this process, until it has seen all things. */
export async function measureBootstrap(system: System, address: string, things: number): Promise<Bootstrapped> {
  const received = countBytesReceived()
  const start = performance.now()
  const client = await system.bootstrap(address, things)
  const ms = performance.now() - start
  const bytes = received()
  await client.close()
  return { ms, bytes, peakRssBytes: usage().peakRssBytes }
}
