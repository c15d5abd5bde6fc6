import { setTimeout as sleep } from 'node:timers/promises'
import { type CountersClient, type Door, Mailbox } from '@savepoint-demo/bench/comparison'
import type { MergeableStore } from 'tinybase'
import { type Gate, gatedSocket, ponged } from '../gated-socket.ts'
import { onceATurn } from '../once-a-turn.ts'
import { follow, openStore, type Synchronizer } from './tinybase-client.ts'

/** A store with a row for each counter. */
export class TinyBaseCounters implements CountersClient {
  readonly #url: string
  readonly #gate: Gate
  readonly #store: MergeableStore
  #synchronizer: Synchronizer
  /** One ping serves all that is made in a turn. */
  readonly #heardOfAll = onceATurn(() => ponged(this.#synchronizer.getWebSocket()))

  private constructor(url: string, gate: Gate, store: MergeableStore, synchronizer: Synchronizer) {
    this.#url = url
    this.#gate = gate
    this.#store = store
    this.#synchronizer = synchronizer
  }

  static async open(url: string): Promise<TinyBaseCounters> {
    const gate: Gate = { mailbox: undefined }
    const { store, synchronizer } = await openStore(url, gatedSocket(gate))
    const shown = await sumAt(url)
    const client = new TinyBaseCounters(url, gate, store, synchronizer)
    while (client.sum() < shown || !store.hasRow('counters', 'counter-1')) await sleep(1)
    return client
  }

  add(name: string): void {
    this.#store.transaction(() => this.#store.setCell('counters', name, 'n', this.count(name) + 1))
  }

  async addConfirmed(name: string): Promise<void> {
    this.add(name)
    await this.#heardOfAll()
  }

  count(name: string): number {
    return Number(this.#store.getCell('counters', name, 'n') ?? 0)
  }

  sum(): number {
    let sum = 0
    this.#store.forEachRow('counters', (name) => {
      sum += this.count(name)
    })
    return sum
  }

  watch(name: string, listener: (count: number) => void): () => void {
    const id = this.#store.addCellListener('counters', name, 'n', (_store, _table, _row, _cell, count) => listener(Number(count)))
    return () => void this.#store.delListener(id)
  }

  async goOffline(): Promise<void> {
    await this.#synchronizer.destroy()
  }

  async goOnline(): Promise<void> {
    this.#synchronizer = await follow(this.#store, this.#url, gatedSocket(this.#gate))
  }

  async nonePending(): Promise<void> {
    while ((await sumAt(this.#url)) !== this.sum()) await sleep(1)
  }

  shutDoor(): Door {
    this.#gate.mailbox = new Mailbox()
    return this.#gate.mailbox
  }

  async close(): Promise<void> {
    await this.#synchronizer.destroy()
  }
}

/** The sum of all counters that the hub's own store has. */
async function sumAt(url: string): Promise<number> {
  return Number(await (await fetch(url.replace(/^ws/, 'http'))).text())
}
