import type { WebSocket } from 'ws'
import type { SentEvent, ToClient, ToHub } from './messages.ts'

type Page = Extract<ToClient, { events: unknown }>

interface Waiting {
  resolve(head: number | undefined): void
  reject(error: Error): void
}

/** A client's line to the hub, which can be closed and opened again. */
export class HubLine {
  readonly #url: string
  readonly #Socket: typeof WebSocket
  readonly #pushes = new Map<number, Waiting>()
  readonly #listeners = new Set<(isOpen: boolean) => void>()
  #socket: WebSocket | undefined
  #follower: ((page: Page) => void) | undefined
  #at = 0
  #ids = 0

  constructor(url: string, Socket: typeof WebSocket) {
    this.#url = url
    this.#Socket = Socket
  }

  /** Calls `listener` whenever the line has opened or closed. */
  onOpen(listener: (isOpen: boolean) => void): void {
    this.#listeners.add(listener)
  }

  async open(): Promise<void> {
    const socket = new this.#Socket(this.#url)
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
    socket.on('message', (data) => this.#received(JSON.parse(String(data)) as ToClient))
    this.#socket = socket
    if (this.#follower !== undefined) this.#send({ follow: this.#at })
    for (const listener of this.#listeners) listener(true)
  }

  close(): void {
    this.#socket?.close()
    this.#socket = undefined
    for (const { reject } of this.#pushes.values()) reject(new Error('The line was closed.'))
    this.#pushes.clear()
    for (const listener of this.#listeners) listener(false)
  }

  /** Hands over all events after this place, and each that comes. Returns what ends it. */
  follow(since: number, follower: (page: Page) => void): () => void {
    this.#at = since
    this.#follower = follower
    if (this.#socket !== undefined) this.#send({ follow: since })
    return () => {
      this.#follower = undefined
    }
  }

  /** Resolves when they are on the hub's disk; to the place it has reached, if that is too far. */
  async push(push: readonly SentEvent[]): Promise<number | undefined> {
    if (this.#socket === undefined) throw new Error('The line is closed.')
    const id = this.#ids++
    return await new Promise((resolve, reject) => {
      this.#pushes.set(id, { resolve, reject })
      this.#send({ push, id })
    })
  }

  #send(message: ToHub): void {
    this.#socket?.send(JSON.stringify(message))
  }

  #received(message: ToClient): void {
    if ('events' in message) {
      this.#at = message.events.at(-1)?.seqNum ?? this.#at
      this.#follower?.(message)
    } else {
      this.#pushes.get(message.pushed)?.resolve(message.head)
      this.#pushes.delete(message.pushed)
    }
  }
}
