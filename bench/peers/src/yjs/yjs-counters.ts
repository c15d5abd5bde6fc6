import { type CountersClient, type Door, Mailbox } from '@savepoint-demo/bench/comparison'
import type { WebSocket } from 'ws'
import type { YMapEvent } from 'yjs'
import { type Gate, gatedSocket, ponged } from '../gated-socket.ts'
import { onceATurn } from '../once-a-turn.ts'
import { type OpenedDoc, openDoc, synced } from './yjs-client.ts'

/** A document with a counter for each key of a map. */
export class YjsCounters implements CountersClient {
  readonly #gate: Gate
  readonly #opened: OpenedDoc
  /** One ping serves all that is made in a turn. */
  readonly #heardOfAll = onceATurn(() => ponged(this.#opened.provider.ws as unknown as WebSocket))

  private constructor(gate: Gate, opened: OpenedDoc) {
    this.#gate = gate
    this.#opened = opened
  }

  static async open(url: string): Promise<YjsCounters> {
    const gate: Gate = { mailbox: undefined }
    return new YjsCounters(gate, await openDoc(url, gatedSocket(gate)))
  }

  get #counters() {
    return this.#opened.doc.getMap<number>('counters')
  }

  add(name: string): void {
    this.#opened.doc.transact(() => void this.#counters.set(name, (this.#counters.get(name) ?? 0) + 1))
  }

  async addConfirmed(name: string): Promise<void> {
    this.add(name)
    await this.#heardOfAll()
  }

  count(name: string): number {
    return this.#counters.get(name) ?? 0
  }

  sum(): number {
    let sum = 0
    for (const count of this.#counters.values()) sum += count
    return sum
  }

  watch(name: string, listener: (count: number) => void): () => void {
    const look = (event: YMapEvent<number>) => {
      if (event.keysChanged.has(name)) listener(this.count(name))
    }
    this.#counters.observe(look)
    return () => this.#counters.unobserve(look)
  }

  async goOffline(): Promise<void> {
    this.#opened.provider.disconnect()
  }

  async goOnline(): Promise<void> {
    this.#opened.provider.connect()
    await synced(this.#opened.provider)
  }

  async nonePending(): Promise<void> {
    await this.#heardOfAll()
  }

  shutDoor(): Door {
    this.#gate.mailbox = new Mailbox()
    return this.#gate.mailbox
  }

  close(): Promise<void> {
    return this.#opened.close()
  }
}
