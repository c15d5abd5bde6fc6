import { fetchSnapshot, receiveSnapshot } from './fetch-snapshot.ts'
import { LineChoice } from './line-choice.ts'
import { openHttpLine } from './open-http-line.ts'
import { openSocket, type WebSocketConstructor } from './open-socket.ts'
import type { Scheduler } from './scheduler.ts'
import type { Socket, SocketListener, Transport } from './transport.ts'

/**
 * How a client reaches its server. `auto` is a WebSocket where one gets through, and HTTP with server-sent events where none does.
 */
export type TransportKind = 'auto' | 'websocket' | 'http'

export interface WebTransportOptions {
  /** The server's address: `http://` or `https://`, with the path under which its doors are. */
  readonly url: string
  readonly room: string
  readonly webSocket: WebSocketConstructor
  readonly fetch: typeof fetch
  /** Sent as `Authorization: Bearer …` on HTTP, and as the query's `token` where a browser's WebSocket cannot send headers. */
  readonly token?: (() => string | undefined | Promise<string | undefined>) | undefined
  /** Default: `auto` with a scheduler, else `websocket`. */
  readonly transport?: TransportKind | undefined
  /** By which `auto` tells that a WebSocket stays silent. */
  readonly scheduler?: Pick<Scheduler, 'now' | 'after'> | undefined
}

/**
 * A transport over WebSocket and HTTP, for browsers and Node alike.
 *
 * @throws TypeError if it is to be `auto` without a scheduler.
 */
export function webTransport(options: WebTransportOptions): Transport {
  const room = `${options.url.replace(/\/$/, '')}/rooms/${encodeURIComponent(options.room)}`
  return {
    connect: connector(options, room),
    fetchSnapshot: (signal, progress) => fetchSnapshot({ ...options, url: `${room}/snapshot`, signal, progress }),
    receiveSnapshot: (signal, progress, sink) => receiveSnapshot({ ...options, url: `${room}/snapshot`, signal, progress }, sink),
  }
}

function connector(options: WebTransportOptions, room: string): (listener: SocketListener) => Socket {
  const { scheduler, transport = scheduler === undefined ? 'websocket' : 'auto' } = options
  const overSocket = (listener: SocketListener) => openSocket({ ...options, url: `${room.replace(/^http/, 'ws')}/socket` }, listener)
  const overHttp = (listener: SocketListener) => openHttpLine({ ...options, url: `${room}/line` }, listener)
  if (transport === 'websocket') return overSocket
  if (transport === 'http') return overHttp
  if (scheduler === undefined) throw new TypeError('transport: auto needs a scheduler')
  const choice = new LineChoice(scheduler, overSocket, overHttp)
  return (listener) => choice.connect(listener)
}
