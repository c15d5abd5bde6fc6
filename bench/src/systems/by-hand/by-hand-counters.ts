import { Mailbox } from '../../workloads/mailbox.ts'
import type { CountersClient, Door } from '../../workloads/system.ts'

/** A database of what is confirmed, in one open transaction with what is not; here, or in a worker. */
export interface CountersByStatements {
  add(name: string): void
  count(name: string): number | Promise<number>
  sum(): number | Promise<number>
  /** Undoes what was added, adds 1 to this counter for good, and adds all that is pending anew. What a query shows of the counter then. */
  rebase(foreign: string, pending: readonly string[]): number | Promise<number>
  close(): unknown
}

/** Clients of one address hear of each other without any network. */
export class ByHandCounters implements CountersClient {
  static readonly #rooms = new Map<string, Set<ByHandCounters>>()
  readonly #counters: CountersByStatements
  readonly #room: Set<ByHandCounters>
  readonly #watchers = new Map<string, (count: number) => void>()
  readonly #pending: string[] = []
  #mailbox: Mailbox | undefined

  constructor(address: string, counters: CountersByStatements) {
    this.#counters = counters
    this.#room = ByHandCounters.#rooms.get(address) ?? new Set()
    ByHandCounters.#rooms.set(address, this.#room)
    this.#room.add(this)
  }

  add(name: string): void {
    this.#counters.add(name)
    this.#pending.push(name)
  }

  async addConfirmed(name: string): Promise<void> {
    for (const other of this.#room) if (other !== this) await other.#arrives(name)
  }

  count(name: string): number | Promise<number> {
    return this.#counters.count(name)
  }

  sum(): number | Promise<number> {
    return this.#counters.sum()
  }

  watch(name: string, listener: (count: number) => void): () => void {
    this.#watchers.set(name, listener)
    return () => this.#watchers.delete(name)
  }

  async goOffline(): Promise<void> {}

  async goOnline(): Promise<void> {}

  async nonePending(): Promise<void> {}

  shutDoor(): Door {
    this.#mailbox = new Mailbox()
    return this.#mailbox
  }

  async close(): Promise<void> {
    this.#room.delete(this)
    await this.#counters.close()
  }

  async #arrives(name: string): Promise<void> {
    if (this.#mailbox === undefined) await this.#rebase(name)
    else this.#mailbox.put(() => void this.#rebase(name))
  }

  async #rebase(foreign: string): Promise<void> {
    const rebased = this.#counters.rebase(foreign, this.#pending)
    this.#watchers.get(foreign)?.(typeof rebased === 'number' ? rebased : await rebased)
  }
}
