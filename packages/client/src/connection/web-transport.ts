import { encodeFrame, SERVER_FRAME_LENGTH_MAX, TOKEN_LENGTH_MAX } from '@savepoint/core'
import { fetchSnapshot, receiveSnapshot } from './fetch-snapshot.ts'
import type { GiveToken, Socket, SocketListener, Transport } from './transport.ts'

/** The slice of the WebSocket standard that is used, so that any implementation fits. */
export interface WebSocketLike {
  onopen: ((event: never) => void) | null
  onmessage: MessageListener | null
  onclose: ((event: never) => void) | null
  onerror: ((event: never) => void) | null
  send(frame: string): void
  close(): void
}

/** Method syntax, so that a browser's own, whose event is wider, fits as it is. */
type MessageListener = { hear(event: { data: unknown }): void }['hear']

export type WebSocketConstructor = new (url: string) => WebSocketLike

export interface WebTransportOptions {
  /** The server's address: `http://` or `https://`, with the path under which its doors are. */
  readonly url: string
  readonly room: string
  readonly webSocket: WebSocketConstructor
  readonly fetch: typeof fetch
  /** Sent as `Authorization: Bearer …` on HTTP, and as the first frame of a WebSocket, which in a browser cannot send headers. */
  readonly token?: GiveToken | undefined
  /** Tells of the device's network, where that is known. */
  readonly onNetwork?: NonNullable<Transport['onNetwork']>
}

/** A transport over WebSocket and HTTP, for browsers and Node alike. */
export function webTransport(options: WebTransportOptions): Transport {
  const room = `${options.url.replace(/\/$/, '')}/rooms/${encodeURIComponent(options.room)}`
  return {
    connect: (listener, asked) => openSocket(options, `${room.replace(/^http/, 'ws')}/socket`, listener, asked),
    fetchSnapshot: (signal, progress) => fetchSnapshot({ ...options, url: `${room}/snapshot`, signal, progress }),
    receiveSnapshot: (signal, progress, sink) => receiveSnapshot({ ...options, url: `${room}/snapshot`, signal, progress }, sink),
    ...(options.onNetwork && { onNetwork: options.onNetwork }),
  }
}

function openSocket(options: WebTransportOptions, url: string, listener: SocketListener, asked = { fresh: false }): Socket {
  let socket: WebSocketLike | undefined
  let over = false
  const end = (tell: boolean, error?: unknown) => {
    if (over) return
    over = true
    if (tell) listener.closed(error)
  }
  const open = (token: string | undefined) => {
    if (over) return
    if (token !== undefined && token.length > TOKEN_LENGTH_MAX)
      return end(true, new Error(`The token has ${token.length} characters; a server takes ${TOKEN_LENGTH_MAX}. Nothing was sent.`))
    const made = new options.webSocket(url)
    socket = made
    made.onopen = () => {
      if (over) return
      if (token !== undefined) made.send(encodeFrame({ type: 'authorize', token }))
      listener.opened()
    }
    made.onmessage = ({ data }) => over || listener.received(typeof data === 'string' ? data : '')
    made.onclose = () => end(true)
    // An error is always followed by a close; without a handler some implementations throw it.
    made.onerror = () => {}
  }
  const token = options.token?.(asked)
  // Whoever has the token at hand gets the socket in the same turn.
  if (token instanceof Promise) token.then(open).catch((error) => end(true, error))
  else open(token)
  return {
    send: (frame) => over || socket?.send(frame),
    close() {
      end(false)
      socket?.close()
    },
  }
}

/** What a WebSocket implementation should accept at most, in bytes: a UTF-16 unit is at most three in UTF-8. */
export const SOCKET_PAYLOAD_BYTES_MAX = SERVER_FRAME_LENGTH_MAX * 3
