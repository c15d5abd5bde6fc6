import { setTimeout as wait } from 'node:timers/promises'
import type { Client, ClientEventReport } from '@savepoint/client'
import { createClient } from '@savepoint/client/node'
import { type Mark, mutators, schema } from './ledger-app.ts'
import type { OutsideRecord } from './outside-record.ts'

/** Between two bursts of calls. */
const PAUSE_MS_MAX = 50
const BURST_CALLS_MAX = 3
const REFUSED_SHARE = 0.1
/** For each burst; so a client on disk is closed every two seconds or so, whatever it is in the middle of. */
const CLOSE_SHARE = 0.015
const CLOSED_MS_MAX = 300

type LedgerClient = Client<(typeof mutators)['definitions']>

interface LoadClientOptions {
  readonly name: string
  readonly url: string
  /** Without it the client is in memory, and is never closed. */
  readonly directory: string | undefined
  readonly record: OutsideRecord
  readonly random: () => number
}

/** A client that calls mutations on and on, and writes down what it hears of them. */
export class LoadClient {
  readonly name: string
  reopened = 0
  readonly #options: LoadClientOptions
  #client: LedgerClient | undefined
  #calls = 0
  #version = -1
  /** By mutationID; they are not renumbered here, as the server never forgets. */
  readonly #ids: string[] = []

  static async open(options: LoadClientOptions): Promise<LoadClient> {
    const load = new LoadClient(options)
    await load.#connect()
    return load
  }

  private constructor(options: LoadClientOptions) {
    this.name = options.name
    this.#options = options
  }

  get client(): LedgerClient {
    if (this.#client === undefined) throw new Error(`${this.name} is not open`)
    return this.#client
  }

  /** Calls mutations until told to stop. */
  async run(stop: AbortSignal): Promise<void> {
    const { random, directory } = this.#options
    while (!stop.aborted) {
      await wait(random() * PAUSE_MS_MAX)
      for (let calls = Math.ceil(random() * BURST_CALLS_MAX); calls > 0; calls--) this.#call()
      if (directory !== undefined && random() < CLOSE_SHARE) await this.#reopen()
    }
  }

  /** What an app does when it hears that the network is back: the wait before the next attempt may be up to half a minute. */
  retry(): void {
    if (this.#client?.status.connection === 'offline') this.#client.start()
  }

  /** What the client itself has kept of outcomes. */
  collect(): void {
    for (const { args, status } of this.client.mutations()) {
      if (status !== 'pending') this.#options.record.hear((args as Mark).id, status === 'confirmed' ? 'confirmed' : 'refused')
    }
  }

  async close(): Promise<void> {
    await this.#client?.close()
  }

  #call(): void {
    const { name, record, random } = this.#options
    const n = ++this.#calls
    const mark: Mark = { id: `${name}-${n}`, client: name, n, refused: random() < REFUSED_SHARE }
    const { client } = this
    record.call(mark)
    this.#ids.push(mark.id)
    const { local, confirmed } = client.mutate.mark(mark)
    if (!local.ok) record.problems.push(`${mark.id} has failed on its client: ${local.message}`)
    void confirmed.then(async ({ ok }) => {
      // [G8] What is confirmed can be seen, on this client and now; what is refused cannot.
      const seen = await client.query('SELECT 1 FROM marks WHERE id = ?', [mark.id])
      if (seen.length !== (ok ? 1 : 0))
        record.problems.push(`${mark.id} is ${ok ? 'confirmed' : 'refused'}, and seen ${seen.length} times by its client`)
    })
  }

  async #reopen(): Promise<void> {
    this.collect()
    await this.client.close()
    this.#client = undefined
    await wait(this.#options.random() * CLOSED_MS_MAX)
    await this.#connect()
    this.reopened++
  }

  async #connect(): Promise<void> {
    const { url, directory } = this.#options
    this.#version = -1
    this.#client = await createClient({
      schema,
      mutators,
      url,
      room: 'kills',
      onEvent: (event) => this.#watch(event),
      ...(directory === undefined ? {} : { directory }),
    })
  }

  #watch(event: ClientEventReport): void {
    const { name, record } = this.#options
    if (event.type === 'forked') record.problems.push(`${name} was told that it is a copy`)
    if (event.type === 'failed' && !isDisconnection(event.error)) record.problems.push(`${name}: ${event.error}`)
    if (event.type === 'settled')
      record.hear(this.#ids[event.mutationID - 1] ?? '', event.outcome.ok ? 'confirmed' : 'refused', performance.now())
    if (event.type !== 'advanced') return
    // [G7] The version never goes back.
    if (event.to < this.#version) record.problems.push(`${name} has gone from version ${this.#version} to ${event.to}`)
    this.#version = event.to
  }
}

/** A server that is killed while it sends a snapshot. */
function isDisconnection(error: unknown): boolean {
  return error instanceof TypeError && /fetch failed|terminated/.test(error.message)
}
