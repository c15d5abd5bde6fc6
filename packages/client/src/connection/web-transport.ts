import { isErrorCode, SavepointError, SERVER_FRAME_LENGTH_MAX } from '@savepoint/core'
import type { Snapshot, Socket, SocketListener, Transport } from './transport.ts'

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
  /** Sent as `Authorization: Bearer …` on HTTP, and as the query's `token` where a browser's WebSocket cannot send headers. */
  readonly token?: (() => string | undefined | Promise<string | undefined>) | undefined
}

/** A transport over WebSocket and HTTP, for browsers and Node alike. */
export function webTransport(options: WebTransportOptions): Transport {
  const room = `${options.url.replace(/\/$/, '')}/rooms/${encodeURIComponent(options.room)}`
  return {
    connect: (listener) => openSocket(options, `${room.replace(/^http/, 'ws')}/socket`, listener),
    fetchSnapshot: (signal, progress) => fetchSnapshot(options, `${room}/snapshot`, signal, progress),
  }
}

function openSocket(options: WebTransportOptions, url: string, listener: SocketListener): Socket {
  let socket: WebSocketLike | undefined
  let over = false
  const end = (tell: boolean, error?: unknown) => {
    if (over) return
    over = true
    if (tell) listener.closed(error)
  }
  const open = (token: string | undefined) => {
    if (over) return
    const made = new options.webSocket(token === undefined ? url : `${url}?token=${encodeURIComponent(token)}`)
    socket = made
    made.onopen = () => over || listener.opened()
    made.onmessage = ({ data }) => over || listener.received(typeof data === 'string' ? data : '')
    made.onclose = () => end(true)
    // An error is always followed by a close; without a handler some implementations throw it.
    made.onerror = () => {}
  }
  const token = options.token?.()
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

async function fetchSnapshot(
  options: WebTransportOptions,
  url: string,
  signal: AbortSignal,
  progress: (bytes?: number, ofBytes?: number) => void,
): Promise<Snapshot> {
  const token = await options.token?.()
  const response = await options.fetch(url, { signal, headers: token === undefined ? {} : { authorization: `Bearer ${token}` } })
  progress()
  if (!response.ok) throw refusalOf(response.status, await response.text())
  const { size, ...position } = readHeaders(response.headers)
  const bytes = await readBody(response, size, progress)
  if (new TextDecoder().decode(bytes.subarray(0, 15)) !== 'SQLite format 3') throw new Error('The snapshot is not a SQLite database')
  return { ...position, bytes }
}

/** Into one piece of memory from the start: a large room twice over is more than some devices have. */
async function readBody(response: Response, size: number, progress: (bytes: number, ofBytes: number) => void): Promise<Uint8Array> {
  const bytes = new Uint8Array(size)
  let length = 0
  const reader = response.body?.getReader()
  for (let part = await reader?.read(); part?.value !== undefined; part = await reader?.read()) {
    if (length + part.value.length > size) throw new Error(`The snapshot is longer than the ${size} bytes that the server gave for it`)
    bytes.set(part.value, length)
    length += part.value.length
    progress(length, size)
  }
  if (length < size) throw new Error(`The snapshot broke off after ${length} of ${size} bytes`)
  return bytes
}

/** The server's own words where there are any; a proxy in between may have others. */
function refusalOf(status: number, body: string): Error {
  try {
    const { code, message } = JSON.parse(body) as { code?: unknown; message?: unknown }
    if (isErrorCode(code) && typeof message === 'string') return new SavepointError(code, message)
  } catch {}
  return new Error(`The snapshot was refused with status ${status}: ${body.slice(0, 200)}`)
}

function readHeaders(headers: Headers): Omit<Snapshot, 'bytes'> & { readonly size: number } {
  const epoch = headers.get('savepoint-epoch')
  const version = Number(headers.get('savepoint-version') ?? Number.NaN)
  const digest = headers.get('savepoint-digest')
  const size = Number(headers.get('savepoint-size') ?? Number.NaN)
  if (!epoch || !digest || !Number.isSafeInteger(version) || !Number.isSafeInteger(size)) {
    throw new Error('The snapshot has no epoch, version, digest or size')
  }
  return { epoch, version, digest, size }
}

/** What a WebSocket implementation should accept at most, in bytes: a UTF-16 unit is at most three in UTF-8. */
export const SOCKET_PAYLOAD_BYTES_MAX = SERVER_FRAME_LENGTH_MAX * 3
