import { loadWaSqlite } from '@savepoint/client/node'
import type { Driver } from '@savepoint/sqlite'
import { openWaSqlite } from '@savepoint/sqlite/wa-sqlite'
import { CountersByHand } from '../../apps/counters-by-hand.ts'
import { Mailbox } from '../../workloads/mailbox.ts'
import type { CountersClient, Door } from '../../workloads/system.ts'

/** What clients of one address begin with, and who they are. */
interface Base {
  readonly bytes: Uint8Array
  readonly clients: Set<ByHandCounters>
}

/** A database of what is confirmed, in one open transaction with what is not. */
export class ByHandCounters implements CountersClient {
  static readonly bases = new Map<string, Base>()
  readonly #base: Base
  readonly #driver: Driver
  readonly #counters: CountersByHand
  readonly #statements: { readonly [name in 'begin' | 'commit' | 'rollback' | 'foreign' | 'sum']: ReturnType<Driver['prepare']> }
  readonly #watchers = new Set<() => void>()
  readonly #pending: string[] = []
  #mailbox: Mailbox | undefined

  private constructor(base: Base, driver: Driver) {
    this.#base = base
    this.#driver = driver
    driver.exec('PRAGMA cache_spill = OFF')
    this.#counters = new CountersByHand(driver)
    this.#statements = {
      begin: driver.prepare('BEGIN'),
      commit: driver.prepare('COMMIT'),
      rollback: driver.prepare('ROLLBACK'),
      foreign: driver.prepare('UPDATE counters SET n = n + 1 WHERE name = ?'),
      sum: driver.prepare('SELECT sum(n) AS n FROM counters'),
    }
    this.#statements.begin.run()
    base.clients.add(this)
  }

  static async open(address: string): Promise<ByHandCounters> {
    const base = ByHandCounters.bases.get(address)
    if (base === undefined) throw new Error(`There is nothing at ${address}.`)
    return new ByHandCounters(base, openWaSqlite(await loadWaSqlite(), { bytes: base.bytes }))
  }

  add(name: string): void {
    this.#counters.add({ name, by: 1 })
    this.#pending.push(name)
  }

  async addConfirmed(name: string): Promise<void> {
    for (const other of this.#base.clients) if (other !== this) other.#arrives(name)
  }

  count(name: string): number {
    return this.#counters.count(name)
  }

  sum(): number {
    return (this.#statements.sum.get()?.n as number | null) ?? 0
  }

  watch(name: string, listener: (count: number) => void): () => void {
    const look = () => listener(this.count(name))
    this.#watchers.add(look)
    return () => this.#watchers.delete(look)
  }

  async goOffline(): Promise<void> {}

  async goOnline(): Promise<void> {}

  async nonePending(): Promise<void> {}

  shutDoor(): Door {
    this.#mailbox = new Mailbox()
    return this.#mailbox
  }

  async close(): Promise<void> {
    this.#base.clients.delete(this)
    this.#driver.close()
  }

  #arrives(name: string): void {
    if (this.#mailbox === undefined) this.#rebase(name)
    else this.#mailbox.put(() => this.#rebase(name))
  }

  #rebase(foreign: string): void {
    const { begin, commit, rollback, foreign: update } = this.#statements
    rollback.run()
    begin.run()
    update.run([foreign])
    commit.run()
    begin.run()
    for (const name of this.#pending) this.#counters.add({ name, by: 1 })
    for (const look of this.#watchers) look()
  }
}
