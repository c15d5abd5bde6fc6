import { createServer } from 'node:http'
import type { Registry } from 'prom-client'
import type { ServerListener } from '../create-server.ts'
import type { RoomHost } from '../rooms/room-host.ts'
import { EventMetrics } from './event-metrics.ts'
import { type LogOptions, logEvents } from './log-events.ts'
import type { MetricsText } from './operations-app.ts'

/** Where nobody but the machine itself comes in. */
const LOOPBACK = '127.0.0.1'

interface MetricsOptions {
  /** Where the figures go. Default: a registry of their own, with Node's figures too. */
  readonly registry?: Registry
  /** Answers `GET /metrics` on a port of its own, to everyone who reaches it. Default: the server's own port, for admins alone. */
  readonly port?: number
  /** Of that port. Default: 127.0.0.1. */
  readonly hostname?: string
}

/** How a server on Node is watched. */
export interface NodeWatchOptions extends LogOptions {
  readonly onEvent?: ServerListener | readonly ServerListener[]
  /** Figures for Prometheus. Default: none are kept. */
  readonly metrics?: MetricsOptions
}

/** A server's log and figures on Node. */
export class NodeWatch {
  /** Everyone who is to be told what happens. */
  readonly onEvent: readonly ServerListener[]
  readonly #metrics: EventMetrics | undefined
  readonly #options: MetricsOptions
  #listener: ReturnType<typeof createServer> | undefined

  constructor({ log, logMessages, onEvent = [], metrics }: NodeWatchOptions) {
    const own = typeof onEvent === 'function' ? [onEvent] : onEvent
    this.#options = metrics ?? {}
    this.#metrics = metrics && new EventMetrics(metrics.registry)
    const figures = this.#metrics
    this.onEvent = [
      ...own,
      logEvents({ log: log ?? (own.length > 0 ? 'silent' : 'warn'), ...(logMessages !== undefined && { logMessages }) }),
      ...(figures === undefined ? [] : [(event: Parameters<ServerListener>[0]) => figures.hear(event)]),
    ]
  }

  /** For the door on the server's own port. */
  get metrics(): MetricsText | undefined {
    return this.#options.port === undefined ? this.#text : undefined
  }

  get #text(): MetricsText | undefined {
    const registry = this.#metrics?.registry
    return registry && { contentType: registry.contentType, text: () => registry.metrics() }
  }

  /** @throws Error (rejects) if the port of the figures cannot be listened on. */
  async start(rooms: RoomHost): Promise<void> {
    this.#metrics?.watch(rooms)
    const { port, hostname = LOOPBACK } = this.#options
    const metrics = this.#text
    if (metrics === undefined || port === undefined) return
    const listener = createServer((request, response) => {
      if (request.method !== 'GET' || request.url?.split('?')[0] !== '/metrics') return void response.writeHead(404).end()
      metrics.text().then(
        (text) => response.writeHead(200, { 'content-type': metrics.contentType }).end(text),
        () => response.writeHead(500).end(),
      )
    })
    try {
      await new Promise<void>((resolve, reject) => listener.once('error', reject).listen(port, hostname, resolve))
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException
      throw new Error(
        `metrics: port ${port} on ${hostname} cannot be listened on (${code}). Nothing was opened; set another port for them.`,
        {
          cause,
        },
      )
    }
    this.#listener = listener
  }

  async close(): Promise<void> {
    const listener = this.#listener
    if (listener === undefined) return
    listener.closeAllConnections()
    await new Promise((resolve) => listener.close(resolve))
  }
}
