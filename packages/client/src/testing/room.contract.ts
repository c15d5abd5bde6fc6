import type { OwnOutcome } from '@savepoint/core'
import {
  type ClientMessage,
  decodeClientFrame,
  encodePatch,
  encodePoke,
  encodePokeBody,
  type Patch,
  type ServerMessage,
} from '@savepoint/core'
import type { Socket, SocketListener, Transport } from '../connection/transport.ts'
import { Shop } from './shop.contract.ts'

interface Visitor {
  readonly clientID: string
  readonly listener: SocketListener
}

/** A room that answers by itself, for as many clients as come. `later` is how everything reaches the other end. */
export class Room {
  readonly shop = new Shop()
  /** Seeds of all that was ever executed, in order. */
  readonly executed: string[] = []
  /** What calls that are followed have sent along, by seed. */
  readonly traces = new Map<string, string>()
  readonly #last = new Map<string, number>()
  readonly #outcomes = new Map<string, OwnOutcome[]>()
  readonly #live = new Map<SocketListener, Visitor>()
  readonly #sockets = new Set<SocketListener>()
  #isDown = false

  get isDown(): boolean {
    return this.#isDown
  }

  /** Every line is cut when it goes down. */
  set isDown(isDown: boolean) {
    this.#isDown = isDown
    if (!isDown) return
    for (const socket of this.#sockets) socket.closed()
    this.#sockets.clear()
    this.#live.clear()
  }

  /** @param later runs what has come to the client, if that still lives; so does `toRoom` for the room */
  transport(later: (run: () => void) => void, toRoom: (run: () => void) => void): Transport {
    return {
      connect: (listener) => this.#connect(listener, later, toRoom),
      fetchSnapshot: () =>
        new Promise((resolve, reject) =>
          toRoom(() => later(() => (this.isDown ? reject(new Error('down')) : resolve(this.shop.snapshot())))),
        ),
    }
  }

  #connect(listener: SocketListener, later: (run: () => void) => void, toRoom: (run: () => void) => void): Socket {
    let isOpen = true
    const heard: SocketListener = {
      opened: () => later(() => isOpen && listener.opened()),
      received: (frame) => later(() => isOpen && listener.received(frame)),
      closed: () => later(() => isOpen && listener.closed()),
    }
    if (this.isDown) heard.closed()
    else {
      this.#sockets.add(heard)
      heard.opened()
    }
    return {
      send: (frame) =>
        toRoom(() => {
          if (isOpen && this.#sockets.has(heard)) this.#receive(heard, decodeClientFrame(frame))
        }),
      close: () => {
        isOpen = false
        this.#sockets.delete(heard)
        this.#live.delete(heard)
      },
    }
  }

  #receive(listener: SocketListener, message: ClientMessage): void {
    const { authority, epoch } = this.shop
    if (message.type === 'ping') return listener.received('{"type":"pong"}')
    if (message.type === 'hello') {
      const { version } = authority
      const lastMutationID = this.#last.get(message.clientID) ?? 0
      const next = message.base?.version === version ? 'poke' : 'snapshot'
      this.#live.delete(listener)
      send(listener, { type: 'welcome', epoch, version, lastMutationID, next, readOnly: null })
      if (next === 'snapshot') return
      const outcomes = (this.#outcomes.get(message.clientID) ?? []).filter(({ mutationID }) => mutationID > message.confirmed)
      this.#poke(listener, version, [], outcomes)
      this.#live.set(listener, { clientID: message.clientID, listener })
      return
    }
    const visitor = this.#live.get(listener)
    if (message.type !== 'push' || visitor === undefined) return
    this.#push(visitor, message)
  }

  #push({ clientID, listener }: Visitor, { mutations }: Extract<ClientMessage, { type: 'push' }>): void {
    const last = this.#last.get(clientID) ?? 0
    const news = mutations.filter(({ mutationID }) => mutationID > last)
    if (news.length === 0) return
    if (news[0]?.mutationID !== last + 1) throw new Error(`The room got mutation ${news[0]?.mutationID} after ${last}`)
    const from = this.shop.authority.version
    const { patch, outcomes } = this.shop.authority.process(clientID, news)
    this.executed.push(...news.map(({ seed }) => seed))
    for (const { seed, trace } of news) if (trace !== undefined) this.traces.set(seed, trace)
    this.#last.set(clientID, news.at(-1)?.mutationID ?? last)
    this.#outcomes.set(clientID, [...(this.#outcomes.get(clientID) ?? []), ...outcomes])
    for (const other of this.#live.values()) this.#poke(other.listener, from, patch, other.listener === listener ? outcomes : [])
  }

  #poke(listener: SocketListener, from: number, patch: Patch, outcomes: readonly OwnOutcome[]): void {
    const { version, digest } = this.shop.authority
    listener.received(encodePoke(outcomes, encodePokeBody(from, version, digest, encodePatch(patch))))
  }
}

function send(listener: SocketListener, message: ServerMessage): void {
  listener.received(JSON.stringify(message))
}
