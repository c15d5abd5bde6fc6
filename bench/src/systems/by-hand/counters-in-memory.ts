import type { Driver } from '@savepoint/sqlite'
import { CountersByHand } from '../../apps/counters-by-hand.ts'
import { BY_NAME } from '../../apps/keyed-counters.ts'
import type { CountersByStatements } from './by-hand-counters.ts'

/** In this process. */
export class CountersInMemory implements CountersByStatements {
  readonly #driver: Driver
  readonly #counters: CountersByHand
  readonly #statements: { readonly [name in 'begin' | 'commit' | 'rollback' | 'foreign' | 'sum']: ReturnType<Driver['prepare']> }

  /** @param driver has what all clients begin with */
  constructor(driver: Driver) {
    this.#driver = driver
    driver.exec('PRAGMA cache_spill = OFF')
    this.#counters = new CountersByHand(driver, BY_NAME)
    this.#statements = {
      begin: driver.prepare('BEGIN'),
      commit: driver.prepare('COMMIT'),
      rollback: driver.prepare('ROLLBACK'),
      foreign: driver.prepare('UPDATE counters SET n = n + 1 WHERE name = ?'),
      sum: driver.prepare('SELECT sum(n) AS n FROM counters'),
    }
    this.#statements.begin.run()
  }

  add(name: string): void {
    this.#counters.add({ name, by: 1 })
  }

  count(name: string): number {
    return this.#counters.count(name)
  }

  sum(): number {
    return (this.#statements.sum.get()?.n as number | null) ?? 0
  }

  rebase(foreign: string, pending: readonly string[]): number {
    const { begin, commit, rollback, foreign: update } = this.#statements
    rollback.run()
    begin.run()
    update.run([foreign])
    commit.run()
    begin.run()
    for (const name of pending) this.#counters.add({ name, by: 1 })
    return this.#counters.count(foreign)
  }

  close(): void {
    this.#driver.close()
  }
}
