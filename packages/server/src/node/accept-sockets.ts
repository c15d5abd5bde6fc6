import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { CLIENT_FRAME_LENGTH_MAX } from '@savepoint/core'
import { type WebSocket, WebSocketServer } from 'ws'
import type { SavepointServer } from '../create-server.ts'
import { mayOrigin, type Origins } from '../doors/check-origin.ts'
import { refuse } from '../doors/refuse.ts'
import type { RoomSocket } from '../room/room-socket.ts'
import { AddressCounter } from './address-counter.ts'

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

/** When a client may come back that was one too many of its address, in milliseconds. */
const CROWDED_RETRY_MS = 30_000

interface AcceptOptions {
  readonly origins: Origins | undefined
  readonly connectionsPerAddress: number
  /** Who asks; the connection's other end by default. */
  readonly addressOf: ((request: Request) => string | undefined) | undefined
}

/** Serves `GET /rooms/:room/socket` upgrades of an HTTP server. Returns what ends all sockets. */
export function acceptSockets(http: Server, server: SavepointServer, options: AcceptOptions): { close(): void } {
  const { origins, connectionsPerAddress, addressOf } = options
  const addresses = new AddressCounter(connectionsPerAddress)
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: PAYLOAD_BYTES_MAX,
    maxFragments: FRAGMENTS_MAX,
    maxBufferedChunks: CHUNKS_MAX,
    // What was packed may be small, and what it unpacks to not; and room content is nobody's to guess by lengths.
    perMessageDeflate: false,
  })
  const quiet = new WeakSet<WebSocket>()
  const encode = frameEncoder()
  const sweep = setInterval(() => {
    for (const socket of sockets.clients) {
      if (quiet.has(socket)) socket.terminate()
      else quiet.add(socket)
    }
  }, SOCKET_SILENCE_MS_MAX)
  sweep.unref()

  const onUpgrade = (incoming: IncomingMessage, stream: Duplex, head: Buffer): void => {
    const request = asRequest(incoming)
    if (request === null) return refuseUpgrade(stream, '400 Bad Request')
    const room = SOCKET_PATH.exec(new URL(request.url).pathname)?.[1]
    if (room === undefined) return refuseUpgrade(stream, '404 Not Found')
    if (!mayOrigin(request, origins)) return refuseUpgrade(stream, '403 Forbidden')
    sockets.handleUpgrade(incoming, stream, head, (socket) => {
      socket.on('message', () => quiet.delete(socket))
      socket.on('error', () => {})
      const leave = addresses.take(addressOf === undefined ? incoming.socket.remoteAddress : addressOf(request))
      if (leave === null)
        return refuse(asRoomSocket(socket, encode), { code: 'overloaded', message: CROWDED, retryAfterMs: CROWDED_RETRY_MS })
      socket.on('close', leave)
      boundOpening(socket, stream)
      serve(server, request, decode(room), socket, encode)
    })
  }
  http.on('upgrade', onUpgrade)
  return {
    close() {
      http.off('upgrade', onUpgrade)
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

function serve(server: SavepointServer, request: Request, room: string, socket: WebSocket, encode: (frame: string) => Buffer): void {
  const connection = server.connect(request, room, asRoomSocket(socket, encode))
  socket.on('close', () => connection.closed())
  socket.on('message', (data, isBinary) => connection.receive(isBinary ? '' : String(data)))
}

function asRoomSocket(socket: WebSocket, encode: (frame: string) => Buffer): RoomSocket {
  return {
    send: (frame) => socket.send(encode(frame), { binary: false }),
    // The field holds 123 bytes; what the client is to know stands in the refusal before it.
    close: (reason) => socket.close(1000, reason.slice(0, 100)),
    cut: () => socket.terminate(),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    get bufferedBytes() {
      return socket.bufferedAmount
    },
  }
}

/** A poke goes to many sockets in a row: it is turned into bytes for the first, and not again for the others. */
function frameEncoder(): (frame: string) => Buffer {
  let last = ''
  let bytes = Buffer.alloc(0)
  return (frame) => {
    if (frame !== last) {
      last = frame
      bytes = Buffer.from(frame)
    }
    return bytes
  }
}

/** Null if its address or headers are malformed. */
function asRequest(incoming: IncomingMessage): Request | null {
  try {
    return toRequest(incoming)
  } catch {
    return null
  }
}

function toRequest(incoming: IncomingMessage): Request {
  const { pathname, search } = new URL(incoming.url ?? '/', 'http://server')
  const headers = new Headers()
  for (const [name, value] of Object.entries(incoming.headers)) {
    for (const item of Array.isArray(value) ? value : value === undefined ? [] : [value]) headers.append(name, item)
  }
  return new Request(`http://${incoming.headers.host ?? 'server'}${pathname}${search}`, { headers })
}

function decode(room: string): string {
  try {
    return decodeURIComponent(room)
  } catch {
    return ''
  }
}

function refuseUpgrade(stream: Duplex, status: string): void {
  stream.on('error', () => {})
  // Nobody reads it any more: that the other end is gone would never be known here.
  stream.once('finish', () => stream.destroy())
  stream.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`)
}

const CROWDED = 'Too many sockets are open from this address. What is pending is kept; the client comes back later.'
