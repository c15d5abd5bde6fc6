import { encodeFrame, SERVER_FRAME_LENGTH_MAX } from '@savepoint/core'
import type { AskToken, Socket, SocketListener } from './transport.ts'

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

interface SocketOptions {
  readonly url: string
  readonly webSocket: WebSocketConstructor
  readonly token: AskToken
}

/** Opens a line over a WebSocket. */
export function openSocket({ url, webSocket, token }: SocketOptions, listener: SocketListener): Socket {
  let socket: WebSocketLike | undefined
  let over = false
  const end = (tell: boolean, error?: unknown) => {
    if (over) return
    over = true
    if (tell) listener.closed(error)
  }
  const open = (known: string | undefined) => {
    if (over) return
    const made = new webSocket(url)
    socket = made
    made.onopen = () => {
      if (over) return
      if (known !== undefined) made.send(encodeFrame({ type: 'authorize', token: known }))
      listener.opened('websocket')
    }
    made.onmessage = ({ data }) => over || listener.received(typeof data === 'string' ? data : '')
    made.onclose = () => end(true)
    // An error is always followed by a close; without a handler some implementations throw it.
    made.onerror = () => {}
  }
  const known = token()
  // Whoever has the token at hand gets the socket in the same turn.
  if (known instanceof Promise) known.then(open).catch((error) => end(true, error))
  else open(known)
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
