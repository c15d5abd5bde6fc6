import { queryDb, Schema } from '@livestore/livestore'
import { type CountersClient, type Door, Mailbox } from '@savepoint-demo/bench/comparison'
import { type Gate, gatedSocket } from '../gated-socket.ts'
import { type OpenedStore, openStore } from './livestore-client.ts'
import { events } from './livestore-schema.ts'

/** Someone who waits until so many events of this client are confirmed. */
interface Waiting {
  readonly count: number
  resolve(): void
}

const COUNT_SQL = 'SELECT n FROM counters WHERE name = $name'
const Counts = Schema.Array(Schema.Struct({ n: Schema.Number }))

/** A store with a row for each counter, and an event for each add. */
export class LiveStoreCounters implements CountersClient {
  readonly #gate: Gate
  readonly #opened: OpenedStore
  readonly #waiting: Waiting[] = []
  #called = 0
  #confirmed = 0

  private constructor(gate: Gate, opened: OpenedStore) {
    this.#gate = gate
    this.#opened = opened
    opened.onConfirmed((count) => this.#heard(count))
  }

  static async open(url: string): Promise<LiveStoreCounters> {
    const gate: Gate = { mailbox: undefined }
    return new LiveStoreCounters(gate, await openStore(url, gatedSocket(gate)))
  }

  add(name: string): void {
    this.#called++
    this.#opened.store.commit(events.added({ name, by: 1 }))
  }

  async addConfirmed(name: string): Promise<void> {
    this.add(name)
    await this.#until(this.#called)
  }

  count(name: string): number {
    return this.#opened.store.query<{ n: number }[]>({ query: COUNT_SQL, bindValues: { name } })[0]?.n ?? 0
  }

  sum(): number {
    return this.#opened.store.query<{ n: number | null }[]>({ query: 'SELECT sum(n) AS n FROM counters', bindValues: {} })[0]?.n ?? 0
  }

  watch(name: string, listener: (count: number) => void): () => void {
    const live = queryDb({ query: COUNT_SQL, bindValues: { name }, schema: Counts }, { label: name })
    return this.#opened.store.subscribe(live, (rows) => listener(rows[0]?.n ?? 0))
  }

  async goOffline(): Promise<void> {
    this.#opened.line.close()
  }

  async goOnline(): Promise<void> {
    await this.#opened.line.open()
  }

  async nonePending(): Promise<void> {
    await this.#until(this.#called)
  }

  shutDoor(): Door {
    this.#gate.mailbox = new Mailbox()
    return this.#gate.mailbox
  }

  async close(): Promise<void> {
    await this.#opened.close()
  }

  async #until(count: number): Promise<void> {
    if (this.#confirmed < count) await new Promise<void>((resolve) => this.#waiting.push({ count, resolve }))
  }

  #heard(count: number): void {
    this.#confirmed += count
    while (this.#waiting[0] !== undefined && this.#waiting[0].count <= this.#confirmed) this.#waiting.shift()?.resolve()
  }
}
