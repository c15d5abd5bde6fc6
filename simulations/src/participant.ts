import type { Client, ClientEventReport, LiveQuery } from '@savepoint/client'
import { createClient } from '@savepoint/client/node'
import { mutators, schema } from '@savepoint-demo/mutators'
import { delayedTransport } from './delayed-transport.ts'

export type CategoryRow = readonly [id: number, name: string, count: number]

export const CATEGORIES = 'SELECT id, name, count FROM Categories ORDER BY id'

interface Category {
  readonly id: number
  readonly name: string
  readonly count: number
}

interface ParticipantOptions {
  readonly url: string
  readonly room: string
  /** Told what changes here, and why. */
  readonly tell: (what: string) => void
}

/** A client that tells what it sees, on a line of its own latency. */
export class Participant {
  readonly name: string
  readonly #tell: (what: string) => void
  readonly #client: Client<(typeof mutators)['definitions']>
  readonly #live: LiveQuery<Category>
  #calling = ''
  #told = ''
  #tellsSoon = false

  /** `delayMs` is of real time, one way. It is asked anew for each frame. */
  static async open(name: string, delayMs: () => number, { url, room, tell }: ParticipantOptions): Promise<Participant> {
    let participant: Participant | undefined
    const client = await createClient({
      schema,
      mutators,
      url,
      room,
      wrapTransport: (transport) => delayedTransport(transport, delayMs),
      onEvent: (event) => {
        if (participant) participant.#hear(event)
      },
    })
    participant = new Participant(name, client, tell)
    return participant
  }

  private constructor(name: string, client: Client<(typeof mutators)['definitions']>, tell: (what: string) => void) {
    this.name = name
    this.#client = client
    this.#tell = tell
    this.#live = client.live<Category>(CATEGORIES)
    this.#live.subscribe(() => this.#tellStateSoon())
    client.onStatus(() => this.#tellStateSoon())
  }

  get rows(): readonly CategoryRow[] {
    return this.#live.rows.map(({ id, name, count }) => [id, name, count])
  }
  get digest(): string {
    return this.#client.digest
  }
  get isLive(): boolean {
    return this.#client.status.connection === 'live'
  }
  get pending(): number {
    return this.#client.status.pending
  }
  get version(): number | null {
    return this.#client.status.version
  }
  get connection(): string {
    return this.#client.status.connection
  }

  onStatus(listener: () => void): () => void {
    return this.#client.onStatus(listener)
  }

  add(name: string, incrementBy: number): void {
    this.#calling = `${name} ${incrementBy > 0 ? '+' : ''}${incrementBy}`
    this.#client.mutate.createCategoryOrIncrementIfExists({ name, incrementBy })
  }

  /** Tells what can be seen here, whatever was told before. */
  introduce(): void {
    this.#told = ''
    this.#tellState()
  }

  async close(): Promise<void> {
    await this.#client.close()
  }

  #hear(event: ClientEventReport): void {
    if (event.type === 'mutated') this.#tell(`calls mutation ${event.mutationID}: ${this.#calling}`)
    if (event.type === 'failed') this.#tell(`goes on after ${event.error}`)
    if (event.type === 'settled' && !event.outcome.ok)
      this.#tell(`hears that mutation ${event.mutationID} was rejected: ${event.outcome.message}`)
    if (event.type !== 'advanced') return
    for (const { mutationID, withdrawn } of event.replayed) {
      const failed = withdrawn ? `, and withdraws it: ${withdrawn.message}` : ''
      this.#tell(`replays mutation ${mutationID}, ahead of server ${event.lastMutationID}${failed}`)
    }
  }

  /** Once for each step of the client: its rows and its status change one after the other. */
  #tellStateSoon(): void {
    if (this.#tellsSoon) return
    this.#tellsSoon = true
    queueMicrotask(() => {
      this.#tellsSoon = false
      this.#tellState()
    })
  }

  #tellState(): void {
    const rows = this.rows.map(([id, name, count]) => `(${id}, '${name}', ${count})`).join(' ') || 'no rows'
    const state = `${rows}  at version ${this.version ?? 'none'}${this.pending > 0 ? `, ${this.pending} pending` : ''}`
    if (state === this.#told || !this.isLive) return
    this.#told = state
    this.#tell(state)
  }
}
