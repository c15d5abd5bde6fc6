import type { MutatorDefinitions } from '@savepoint/core'
import { nanoid } from 'nanoid'
import { WebSocket } from 'ws'
import { Client } from './client.ts'
import type { ClientOptions } from './client-options.ts'
import { SOCKET_PAYLOAD_BYTES_MAX, type WebSocketConstructor } from './connection/open-socket.ts'
import type { Scheduler } from './connection/scheduler.ts'
import type { GiveToken, Transport } from './connection/transport.ts'
import { type TransportKind, webTransport } from './connection/web-transport.ts'
import { diskStorage } from './disk-storage.ts'
import { fetchBrotli, fetchFile } from './fetch-file.ts'
import { loadWaSqlite } from './load-wa-sqlite.ts'
import { memoryStorage } from './memory-storage.ts'

export { loadWaSqlite }

export interface NodeClientOptions<D extends MutatorDefinitions>
  extends Pick<ClientOptions<D>, 'schema' | 'mutators' | 'auth' | 'onEvent' | 'tracing'> {
  /** The server's address, for example `http://127.0.0.1:8787`. */
  readonly url: string
  readonly room: string
  /** Where base, queue and outcomes are kept. Without it they are in memory, and end with the process. */
  readonly directory?: string
  /** What proves who this is, asked for at each attempt to connect; with `fresh`, the last one that was given is good no more. */
  readonly token?: GiveToken
  /** False to stay offline until `client.start()`. */
  readonly autoStart?: boolean
  /** Default `auto`: a WebSocket, and HTTP with server-sent events where none gets through. */
  readonly transport?: TransportKind
  /** Wraps the transport, for example to delay it. */
  readonly wrapTransport?: (transport: Transport) => Transport
}

/**
 * Opens a client in Node: its replica on wa-sqlite in memory, or on disk under `directory`.
 *
 * @throws SchemaError if the schema cannot be synced; Error if the directory cannot be used.
 * @example
 * const client = await createClient({ schema, mutators, url: 'http://127.0.0.1:8787', room: 'demo' })
 * client.mutate.addItem({ title: 'Milk' })
 */
export async function createClient<D extends MutatorDefinitions>(options: NodeClientOptions<D>): Promise<Client<D>> {
  const { schema, mutators, auth, onEvent, tracing, url, room, directory, token } = options
  const transport = webTransport({
    url,
    room,
    webSocket: NodeWebSocket,
    fetch: fetchBrotli,
    fetchFile,
    token,
    transport: options.transport,
    scheduler: nodeScheduler,
  })
  const client = new Client<D>({
    schema,
    mutators,
    auth,
    onEvent,
    tracing,
    storage: directory === undefined ? memoryStorage(await loadWaSqlite()) : await diskStorage(directory),
    transport: options.wrapTransport?.(transport) ?? transport,
    scheduler: nodeScheduler,
  })
  if (options.autoStart !== false) client.start()
  return client
}

/** Real clock, timers and chance. */
export const nodeScheduler: Scheduler = {
  now: Date.now,
  after(ms, run) {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
  soon: (run) => void setImmediate(run),
  random: Math.random,
  id: () => nanoid(),
}

const NodeWebSocket = class extends WebSocket {
  constructor(url: string) {
    super(url, { maxPayload: SOCKET_PAYLOAD_BYTES_MAX, perMessageDeflate: false })
  }
} as unknown as WebSocketConstructor
