import {
  type ClientMessage,
  decodeClientFrame,
  encodePatch,
  encodePoke,
  encodePokeBody,
  type Poke,
  type ServerMessage,
} from '@savepoint/core'
import type { Snapshot, Socket, SocketListener, Transport } from '../connection/transport.ts'

/** A transport whose other end is the test. */
export class HandTransport implements Transport {
  readonly sockets: HandSocket[] = []
  readonly fetches: HandFetch[] = []
  networkChanged: (isThere: boolean) => void = () => {}

  connect(listener: SocketListener): Socket {
    const socket = new HandSocket(listener)
    this.sockets.push(socket)
    return socket
  }

  fetchSnapshot(signal: AbortSignal, progress: (bytes?: number, ofBytes?: number) => void): Promise<Snapshot> {
    return new Promise((resolve, reject) => {
      this.fetches.push({ signal, progress, resolve, reject })
      signal.addEventListener('abort', () => reject(signal.reason))
    })
  }

  onNetwork(changed: (isThere: boolean) => void): () => void {
    this.networkChanged = changed
    return () => {
      this.networkChanged = () => {}
    }
  }

  /** The last socket that was asked for. */
  get socket(): HandSocket {
    const socket = this.sockets.at(-1)
    if (socket === undefined) throw new Error('No socket was asked for')
    return socket
  }

  get fetch(): HandFetch {
    const fetch = this.fetches.at(-1)
    if (fetch === undefined) throw new Error('No snapshot was asked for')
    return fetch
  }
}

interface HandFetch {
  readonly signal: AbortSignal
  progress(bytes?: number, ofBytes?: number): void
  resolve(snapshot: Snapshot): void
  reject(error: Error): void
}

class HandSocket implements Socket {
  readonly #listener: SocketListener
  readonly sent: ClientMessage[] = []
  isClosed = false

  constructor(listener: SocketListener) {
    this.#listener = listener
  }

  send(frame: string): void {
    this.sent.push(decodeClientFrame(frame))
  }

  close(): void {
    this.isClosed = true
  }

  open(): void {
    if (!this.isClosed) this.#listener.opened()
  }

  /** The server says this, or sends this text. */
  receive(message: ServerMessage | string): void {
    if (!this.isClosed) this.#listener.received(typeof message === 'string' ? message : encode(message))
  }

  /** The line is cut. */
  cut(): void {
    if (this.isClosed) return
    this.isClosed = true
    this.#listener.closed()
  }

  /** What was sent of one type, oldest first. */
  all<T extends ClientMessage['type']>(type: T): Extract<ClientMessage, { type: T }>[] {
    return this.sent.filter((message): message is Extract<ClientMessage, { type: T }> => message.type === type)
  }
}

function encode(message: ServerMessage): string {
  return message.type === 'poke' ? encodeServerPoke(message) : JSON.stringify(message)
}

function encodeServerPoke({ outcomes, from, to, digest, patch }: Poke): string {
  return encodePoke(outcomes, encodePokeBody(from, to, digest, encodePatch(patch)))
}
