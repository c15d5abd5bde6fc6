import { randomUUID } from 'node:crypto'
import { Zero } from '@rocicorp/zero'
import { mutators, schema } from './zero-schema.ts'
import { useGate, type ZeroGate, ZeroSocket } from './zero-socket.ts'

/** Longer than any run: by default it refuses mutations once it was offline for five minutes … */
const OFFLINE_MS_MAX = 24 * 3600_000

/** … and leaves a line that is silent for five seconds, as it is behind a shut door. */
const SILENCE_MS_MAX = 3600_000

export interface OpenedZero {
  readonly zero: Zero
  readonly gate: ZeroGate
  close(): Promise<void>
}

/** A client in memory. */
export function openZero(cacheURL: string): OpenedZero {
  globalThis.WebSocket = ZeroSocket as unknown as typeof globalThis.WebSocket
  const zero = new Zero({
    cacheURL,
    schema,
    mutators,
    userID: 'bench',
    // Clients of one key share a group, so each has a key of its own.
    storageKey: randomUUID(),
    kvStore: 'mem',
    logLevel: 'error',
    disconnectTimeoutMs: OFFLINE_MS_MAX,
    pingTimeoutMs: SILENCE_MS_MAX,
  })
  const gate: ZeroGate = { mailbox: undefined, network: Promise.resolve(), waits: () => {}, socket: undefined }
  const leave = useGate(zero.clientID, gate)
  return {
    zero,
    gate,
    close: async () => {
      await zero.close()
      leave()
    },
  }
}
