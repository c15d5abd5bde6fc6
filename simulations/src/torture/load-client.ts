import { setTimeout as wait } from 'node:timers/promises'
import type { Client, ClientEventReport } from '@savepoint/client'
import { createClient } from '@savepoint/client/node'
import { ERROR_CODES, SavepointError } from '@savepoint/core'
import { MARKS } from './check-room.ts'
import type { JournalLine } from './journal.ts'
import { type Mark, mutators, schema } from './ledger-app.ts'

/** Between two bursts of calls. */
const PAUSE_MS_MAX = 1500
const BURST_CALLS_MAX = 4
const TEXT_LENGTH_MAX = 2000
const REFUSED_SHARE = 0.1
/** For each burst; so a client on disk is closed every few seconds, whatever it is in the middle of. */
const CLOSE_SHARE = 0.05
const CLOSED_MS_MAX = 300

type LedgerClient = Client<(typeof mutators)['definitions']>

/** Who a client is, as it can be told to another process. */
export interface LoadClientName {
  readonly name: string
  readonly url: string
  readonly room: string
  /** Without it the client is in memory, and is never closed. */
  readonly directory: string | undefined
  /** What it called in processes before this. */
  readonly calls: number
}

interface LoadClientOptions extends LoadClientName {
  readonly random: () => number
  /** Takes down what is called and heard. */
  readonly write: (line: JournalLine) => void
}

/** How a client stands, and what it holds. */
export interface LoadState {
  readonly name: string
  readonly room: string
  readonly connection: string
  readonly pending: number
  readonly version: number | null
  readonly digest: string
  /** Its rows, as {@link readTables} has the room's. */
  readonly rows: string
}

/** A client that calls mutations on and on, and writes down what it hears of them. */
export class LoadClient {
  readonly name: string
  readonly #options: LoadClientOptions
  readonly #random: () => number
  readonly #write: (line: JournalLine) => void
  #client: LedgerClient | undefined
  #calls: number
  #version = -1
  /** What was called, by the handle's ID. */
  readonly #marks = new Map<string, string>()

  static async open(options: LoadClientOptions): Promise<LoadClient> {
    const load = new LoadClient(options)
    await load.#connect()
    return load
  }

  private constructor(options: LoadClientOptions) {
    this.name = options.name
    this.#options = options
    this.#random = options.random
    this.#write = options.write
    this.#calls = options.calls
  }

  get client(): LedgerClient {
    if (this.#client === undefined) throw new Error(`${this.name} is not open`)
    return this.#client
  }

  /** Calls mutations until told to stop. */
  async run(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      await wait(this.#random() * PAUSE_MS_MAX)
      for (let calls = Math.ceil(this.#random() * BURST_CALLS_MAX); calls > 0; calls--) this.#call()
      if (this.#options.directory !== undefined && this.#random() < CLOSE_SHARE) await this.#reopen()
    }
  }

  /** What an app does when it hears that the network is back: the wait before the next attempt may be up to half a minute. */
  retry(): void {
    if (this.#client?.status.connection === 'offline') this.#client.start()
  }

  /** Writes down what the client itself has kept of outcomes. */
  collect(): void {
    for (const { id, args, status } of this.client.mutations()) {
      const mark = (args as Mark).id
      this.#marks.set(id, mark)
      if (status !== 'pending')
        this.#write({ type: 'heard', id: mark, heard: status === 'confirmed' ? 'confirmed' : 'refused', isNews: false })
    }
  }

  async state(): Promise<LoadState> {
    const { connection, pending, version } = this.client.status
    const rows = await this.client.query<object>(MARKS)
    const { name, digest } = { name: this.name, digest: this.client.digest }
    return {
      name,
      room: this.#options.room,
      connection,
      pending,
      version,
      digest,
      rows: JSON.stringify(rows.map((row) => Object.values(row))),
    }
  }

  async close(): Promise<void> {
    await this.#client?.close()
  }

  #call(): void {
    const { name: client, room, directory } = this.#options
    const n = ++this.#calls
    const refused = this.#random() < REFUSED_SHARE
    const id = `${client}-${n}`
    this.#write({ type: 'called', id, room, client, n, refused, lasts: directory !== undefined })
    const replica = this.client
    const handle = replica.mutate.mark({ id, client, n, refused, text: 'x'.repeat(this.#random() * TEXT_LENGTH_MAX) })
    this.#marks.set(handle.id, id)
    if (!handle.local.ok) this.#problem(`${id} has failed on its client: ${handle.local.message}`)
    void handle.durable.then(
      () => this.#write({ type: 'durable', id }),
      (error: unknown) => this.#problem(`${id} was not saved: ${String(error)}`),
    )
    void handle.confirmed.then(async ({ ok }) => {
      // [G8] What is confirmed can be seen, on this client and now; what is refused cannot.
      const seen = await replica.query('SELECT 1 FROM marks WHERE id = ?', [id])
      if (seen.length !== (ok ? 1 : 0))
        this.#problem(`${id} is ${ok ? 'confirmed' : 'refused'}, and seen ${seen.length} times by its client`)
    })
  }

  async #reopen(): Promise<void> {
    this.collect()
    await this.client.close()
    this.#client = undefined
    await wait(this.#random() * CLOSED_MS_MAX)
    await this.#connect()
    this.#write({ type: 'reopened' })
  }

  async #connect(): Promise<void> {
    const { url, room, directory } = this.#options
    this.#version = -1
    this.#client = await createClient({
      schema,
      mutators,
      url,
      room,
      onEvent: (event) => this.#watch(event),
      ...(directory === undefined ? {} : { directory }),
    })
    this.collect()
  }

  #watch(event: ClientEventReport): void {
    if (event.type === 'forked') this.#problem(`${this.name} was told that it is a copy`)
    if (event.type === 'failed' && !isTrouble(event.error)) this.#problem(`${this.name}: ${describe(event.error)}`)
    if (event.type === 'settled') this.#settled(event.id, event.outcome.ok)
    if (event.type !== 'advanced') return
    // [G7] The version never goes back.
    if (event.to < this.#version) this.#problem(`${this.name} has gone from version ${this.#version} to ${event.to}`)
    this.#version = event.to
  }

  #settled(handle: string, ok: boolean): void {
    const id = this.#marks.get(handle)
    if (id === undefined) return this.#problem(`${this.name} hears the outcome of a call that it does not know`)
    this.#write({ type: 'heard', id, heard: ok ? 'confirmed' : 'refused', isNews: true })
  }

  #problem(text: string): void {
    this.#write({ type: 'problem', text })
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.stack}${error.cause === undefined ? '' : `, caused by ${describe(error.cause)}`}` : String(error)
}

/** A server that is killed or closed, or a line that is cut, while it sends a snapshot; or a disk on which it cannot make one. */
function isTrouble(error: unknown): boolean {
  if (error instanceof SavepointError) return ERROR_CODES[error.code] === 'retry'
  return error instanceof TypeError && /fetch failed|terminated/.test(error.message)
}
