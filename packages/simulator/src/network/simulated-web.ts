import type { WebSocketConstructor, WebSocketLike } from '@savepoint/client'
import type { Process } from '../time/process.ts'
import type { ClientNetwork } from './client-network.ts'
import type { Connection } from './connection.ts'

/** The address under which a world's server is reached. */
export const SERVER_URL = 'http://server'

/** Pieces in which a body arrives, so that whoever reads it has something to follow. */
const BODY_PARTS = 4

/** A browser's network, as one process of a client finds it. */
export function simulatedWeb(
  network: ClientNetwork,
  process: Process,
): { readonly webSocket: WebSocketConstructor; readonly fetch: typeof fetch } {
  return { webSocket: socketClass(network, process), fetch: (input, init) => simulatedFetch(network, process, String(input), init) }
}

function socketClass(network: ClientNetwork, process: Process): WebSocketConstructor {
  return class implements WebSocketLike {
    onopen: WebSocketLike['onopen'] = null
    onmessage: WebSocketLike['onmessage'] = null
    onclose: WebSocketLike['onclose'] = null
    onerror: WebSocketLike['onerror'] = null
    readonly #connection: Connection

    constructor(url: string) {
      const { pathname } = new URL(url)
      const room = decodeURIComponent(/^\/rooms\/([^/]+)\/socket$/.exec(pathname)?.[1] ?? '')
      this.#connection = network.open(process)
      this.#connection.dial(new Request(`${SERVER_URL}${pathname}`), room, {
        opened: () => this.onopen?.(undefined as never),
        received: (frame) => this.onmessage?.({ data: frame }),
        closed: () => this.onclose?.(undefined as never),
      })
    }

    send(frame: string): void {
      this.#connection.sendUp(frame)
    }

    close(): void {
      this.#connection.closeByClient()
    }
  }
}

function simulatedFetch(network: ClientNetwork, process: Process, url: string, init: RequestInit = {}): Promise<Response> {
  const { signal, headers } = init
  return new Promise((resolve, reject) => {
    const connection = network.open(process)
    let isHalf = false
    signal?.addEventListener('abort', () => {
      connection.closeByClient()
      reject(signal.reason)
    })
    connection.request(
      new Request(url, headers === undefined ? {} : { headers }),
      ({ status, headers: answered }, body) =>
        resolve(new Response(isHalf ? halfOf(body, signal) : streamOf(body), { status, headers: answered })),
      () => reject(new TypeError('The line was closed before the answer had come.')),
    )
    isHalf = network.stall(connection)
  })
}

/** The rest never comes: whoever reads it waits until they give up. */
function halfOf(body: Uint8Array, signal: AbortSignal | null | undefined): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(body.subarray(0, body.length / 2))
      signal?.addEventListener('abort', () => controller.error(signal.reason))
    },
  })
}

function streamOf(body: Uint8Array): ReadableStream<Uint8Array> {
  let at = 0
  const step = Math.max(1, Math.ceil(body.length / BODY_PARTS))
  return new ReadableStream({
    pull(controller) {
      if (at >= body.length) return controller.close()
      controller.enqueue(body.subarray(at, at + step))
      at += step
    },
  })
}
