import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { CLIENT_FRAME_LENGTH_MAX } from '@savepoint/core'
import { type RawData, WebSocket, WebSocketServer } from 'ws'
import type { SavepointServer } from '../create-server.ts'
import { mayOrigin, type Origins } from '../doors/check-origin.ts'
import type { RoomConnection, RoomSocket } from '../room/room-socket.ts'
import { frameEncoder } from './frame-encoder.ts'

/** A character is at most three bytes of UTF-8. A frame over the protocol's limit, but under this, is refused with a message. */
const PAYLOAD_BYTES_MAX = 3 * CLIENT_FRAME_LENGTH_MAX

/** A client pings when its line is quiet; one that is silent for so long, in milliseconds, is gone; it may take twice that to tell. */
const SOCKET_SILENCE_MS_MAX = 60_000

const SOCKET_PATH = /^\/rooms\/([^/]+)\/socket$/

/** Bytes that are read of a socket before its first frame is whole: that one is short, and nobody is known yet. */
const OPENING_BYTES_MAX = 128 * 1024

/** Frames that one message may come in. Each costs memory, however short it is; browsers use few. */
export const FRAGMENTS_MAX = 1024

/** Packets that may be kept of a message that is not whole, so that one in very many costs no more than its bytes. */
const CHUNKS_MAX = 16 * 1024

interface AcceptOptions {
  readonly origins: Origins | undefined
  /** From where a request comes; the second is what a server of Node tells along with it. */
  readonly addressOf: (request: Request, environment: { readonly incoming: IncomingMessage }) => string | undefined
}

/** Takes WebSockets over from an HTTP server. */
interface SocketAcceptor {
  /** @param url the request's, as seen from the doors. False, and nothing was done, if it is not the socket of a room. */
  upgrade(incoming: IncomingMessage, url: string, stream: Duplex, head: Buffer): boolean
  /** Ends all sockets. */
  close(): void
}

/** Serves upgrades of `GET /rooms/:room/socket`. */
export function acceptSockets(server: SavepointServer, { origins, addressOf }: AcceptOptions): SocketAcceptor {
  const sockets = new WebSocketServer({
    noServer: true,
    WebSocket: LineSocket,
    maxPayload: PAYLOAD_BYTES_MAX,
    maxFragments: FRAGMENTS_MAX,
    maxBufferedChunks: CHUNKS_MAX,
    // What was packed may be small, and what it unpacks to not; and room content is nobody's to guess by lengths.
    perMessageDeflate: false,
  })
  const encode = frameEncoder()
  const sweep = setInterval(() => {
    for (const socket of sockets.clients) {
      if (socket.isQuiet) socket.terminate()
      else socket.isQuiet = true
    }
  }, SOCKET_SILENCE_MS_MAX)
  sweep.unref()

  function accept(incoming: IncomingMessage, request: Request, room: string, stream: Duplex, head: Buffer): void {
    if (!mayOrigin(request, origins)) return refuseUpgrade(stream, '403 Forbidden')
    let address: string | undefined
    try {
      address = addressOf(request, { incoming })
    } catch (error) {
      server.tell({ event: 'request-failed', error })
      return refuseUpgrade(stream, '500 Internal Server Error')
    }
    sockets.handleUpgrade(incoming, stream, head, (socket) => {
      boundOpening(socket, stream)
      const roomSocket = new NodeSocket(socket, encode)
      serve(socket, server.connect(request, decode(room), roomSocket, address))
    })
  }

  return {
    upgrade(incoming, url, stream, head) {
      const request = asRequest(incoming, url)
      const room = request === null ? undefined : SOCKET_PATH.exec(new URL(request.url).pathname)?.[1]
      if (request === null) refuseUpgrade(stream, '400 Bad Request')
      else if (room !== undefined) accept(incoming, request, room, stream, head)
      return request === null || room !== undefined
    },
    close() {
      clearInterval(sweep)
      for (const socket of sockets.clients) socket.terminate()
      sockets.close()
    },
  }
}

function boundOpening(socket: WebSocket, stream: Duplex): void {
  let bytes = 0
  const count = (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > OPENING_BYTES_MAX) socket.terminate()
  }
  stream.on('data', count)
  socket.once('message', () => stream.off('data', count))
}

/** There may be very many, idle for days, and what each holds counts: all of them share their listeners. */
class LineSocket extends WebSocket {
  /** Nothing has come for a while. */
  isQuiet = false
  connection: RoomConnection | null = null
}

/** Hands on what comes. */
function serve(socket: LineSocket, connection: RoomConnection): void {
  socket.connection = connection
  socket.on('error', ignored)
  socket.on('close', closed)
  socket.on('message', received)
}

function closed(this: WebSocket): void {
  const { connection } = this as LineSocket
  connection?.closed()
}

function received(this: WebSocket, data: RawData, isBinary: boolean): void {
  const line = this as LineSocket
  line.isQuiet = false
  line.connection?.receive(isBinary ? '' : String(data))
}

function ignored(): void {}

class NodeSocket implements RoomSocket {
  readonly #socket: WebSocket
  readonly #encode: (frame: string) => Buffer

  constructor(socket: WebSocket, encode: (frame: string) => Buffer) {
    this.#socket = socket
    this.#encode = encode
  }

  send(frame: string): void {
    this.#socket.send(this.#encode(frame), { binary: false })
  }

  close(reason: string): void {
    // The field holds 123 bytes; what the client is to know stands in the refusal before it.
    this.#socket.close(reason === 'going-away' ? 1001 : 1000, reason.slice(0, 100))
  }

  cut(): void {
    this.#socket.terminate()
  }

  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }

  get bufferedBytes(): number {
    return this.#socket.bufferedAmount
  }
}

/** Null if its address or headers are malformed. */
function asRequest(incoming: IncomingMessage, url: string): Request | null {
  try {
    return toRequest(incoming, url)
  } catch {
    return null
  }
}

function toRequest(incoming: IncomingMessage, url: string): Request {
  const { pathname, search } = new URL(url, 'http://server')
  const headers = new Headers()
  for (const [name, value] of Object.entries(incoming.headers)) {
    for (const item of Array.isArray(value) ? value : value === undefined ? [] : [value]) headers.append(name, item)
  }
  const host = new URL(`http://${incoming.headers.host ?? 'server'}`)
  if (host.href !== `${host.origin}/`) throw new TypeError('The host names more than a host.')
  return new Request(`${host.origin}${pathname}${search}`, { headers })
}

function decode(room: string): string {
  try {
    return decodeURIComponent(room)
  } catch {
    return ''
  }
}

/** Answers a request for a WebSocket with a status, and ends its connection. */
export function refuseUpgrade(stream: Duplex, status: string): void {
  stream.on('error', () => {})
  // Nobody reads it any more: that the other end is gone would never be known here.
  stream.once('finish', () => stream.destroy())
  stream.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`)
}
