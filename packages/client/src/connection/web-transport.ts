import { TOKEN_LENGTH_MAX } from '@savepoint/core'
import { type FetchFile, fetchSnapshot, receiveSnapshot } from './fetch-snapshot.ts'
import { LineChoice } from './line-choice.ts'
import { openHttpLine } from './open-http-line.ts'
import { openSocket, type WebSocketConstructor } from './open-socket.ts'
import type { Scheduler } from './scheduler.ts'
import type { AskToken, GiveToken, Socket, SocketListener, TokenRequest, Transport } from './transport.ts'

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
  /** Fetches snapshots. Default: `fetch`. */
  readonly fetchFile?: FetchFile | undefined
  /** Sent as `Authorization: Bearer …` on HTTP, and as the first frame of a WebSocket, which in a browser cannot send headers. */
  readonly token?: GiveToken | undefined
  /** Default: `auto` with a scheduler, else `websocket`. */
  readonly transport?: TransportKind | undefined
  /** By which `auto` tells that a WebSocket stays silent. */
  readonly scheduler?: Pick<Scheduler, 'now' | 'after'> | undefined
  /** Tells of the device's network, where that is known. */
  readonly onNetwork?: NonNullable<Transport['onNetwork']>
}

/**
 * A transport over WebSocket and HTTP, for browsers and Node alike.
 *
 * @throws TypeError if it is to be `auto` without a scheduler.
 */
export function webTransport(options: WebTransportOptions): Transport {
  const room = `${options.url.replace(/\/$/, '')}/rooms/${encodeURIComponent(options.room)}`
  const { onNetwork } = options
  const snapshot = { url: `${room}/snapshot`, token: options.token, fetch: options.fetchFile ?? options.fetch }
  const { open, forget } = opener(options, room)
  return {
    connect: (listener, asked = { fresh: false }) => open(listener, askOnce(options.token, asked)),
    fetchSnapshot: (signal, progress) => fetchSnapshot({ ...snapshot, signal, progress }),
    receiveSnapshot: (signal, progress, sink) => receiveSnapshot({ ...snapshot, signal, progress }, sink),
    ...(onNetwork && {
      onNetwork: (changed) =>
        onNetwork((isThere) => {
          // Before anyone connects on it.
          if (isThere) forget()
          changed(isThere)
        }),
    }),
  }
}

interface Opener {
  open(listener: SocketListener, token: AskToken): Socket
  /** What was found of the network holds no more. */
  forget(): void
}

function opener({ webSocket, fetch, ...options }: WebTransportOptions, room: string): Opener {
  const { scheduler, transport = scheduler === undefined ? 'websocket' : 'auto' } = options
  const socketUrl = `${room.replace(/^http/, 'ws')}/socket`
  const overSocket = (listener: SocketListener, token: AskToken) => openSocket({ url: socketUrl, webSocket, token }, listener)
  const overHttp = (listener: SocketListener, token: AskToken) => openHttpLine({ url: `${room}/line`, fetch, token }, listener)
  const forget = () => {}
  if (transport === 'websocket') return { open: overSocket, forget }
  if (transport === 'http') return { open: overHttp, forget }
  if (scheduler === undefined) throw new TypeError('transport: auto needs a scheduler')
  const choice = new LineChoice(scheduler, overSocket, overHttp)
  return { open: (listener, token) => choice.connect(listener, token), forget: () => choice.forget() }
}

/** However many ways one attempt tries, the app is asked once: a fresh token may cost its user a login. */
function askOnce(token: GiveToken | undefined, asked: TokenRequest): AskToken {
  let known: { readonly token: ReturnType<AskToken> } | undefined
  return () => {
    if (known === undefined) {
      const given = token?.(asked)
      known = { token: given instanceof Promise ? given.then(checkLength) : checkLength(given) }
    }
    return known.token
  }
}

function checkLength(token: string | undefined): ReturnType<AskToken> {
  if (token === undefined || token.length <= TOKEN_LENGTH_MAX) return token
  return Promise.reject(new Error(`The token has ${token.length} characters; a server takes ${TOKEN_LENGTH_MAX}. Nothing was sent.`))
}
