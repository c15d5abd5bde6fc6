import { type CountersClient, type Door, Mailbox } from '@savepoint-demo/bench/comparison'
import { type OpenedZero, openZero } from './zero-client.ts'
import { mutators, queries, zql } from './zero-schema.ts'

type Result = { readonly type: 'success' } | { readonly type: 'error'; readonly error: { readonly message: string } }

/** A client that has asked for all counters. */
export class ZeroCounters implements CountersClient {
  readonly #opened: OpenedZero
  #last: Promise<Result> | undefined
  #goOnline = () => {}

  private constructor(opened: OpenedZero) {
    this.#opened = opened
  }

  static async open(url: string): Promise<ZeroCounters> {
    const opened = openZero(url)
    await opened.zero.preload(queries.counters()).complete
    return new ZeroCounters(opened)
  }

  async add(name: string): Promise<void> {
    const { client, server } = this.#opened.zero.mutate(mutators.add({ name, by: 1 }))
    this.#last = server as Promise<Result>
    succeeded((await client) as Result)
  }

  async addConfirmed(name: string): Promise<void> {
    succeeded((await this.#opened.zero.mutate(mutators.add({ name, by: 1 })).server) as Result)
  }

  async count(name: string): Promise<number> {
    return (await this.#opened.zero.run(zql.counters.where('name', name).one()))?.n ?? 0
  }

  async sum(): Promise<number> {
    const counters = await this.#opened.zero.run(zql.counters)
    return counters.reduce((sum, { n }) => sum + n, 0)
  }

  watch(name: string, listener: (count: number) => void): () => void {
    const view = this.#opened.zero.materialize(zql.counters.where('name', name).one())
    view.addListener((counter) => listener(counter?.n ?? 0))
    return () => view.destroy()
  }

  /** It tries again at once or after some seconds, and each try waits for the network. */
  async goOffline(): Promise<void> {
    const { gate } = this.#opened
    gate.network = new Promise((resolve) => (this.#goOnline = resolve))
    const waits = new Promise<void>((resolve) => (gate.waits = resolve))
    gate.socket?.terminate()
    await waits
  }

  async goOnline(): Promise<void> {
    this.#goOnline()
  }

  /** Mutations are confirmed in the order of the calls. */
  async nonePending(): Promise<void> {
    if (this.#last !== undefined) succeeded(await this.#last)
  }

  shutDoor(): Door {
    this.#opened.gate.mailbox = new Mailbox()
    return this.#opened.gate.mailbox
  }

  async close(): Promise<void> {
    await this.#opened.close()
  }
}

function succeeded(result: Result): void {
  if (result.type === 'error') throw new Error(result.error.message)
}
