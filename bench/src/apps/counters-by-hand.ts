import type { Driver, Statement } from '@savepoint/sqlite'
import { type AddArgs, COUNT_SQL, FIND_SQL, INCREMENT_SQL, INSERT_SQL } from './counters.ts'

/** The statements of the counters' app, prepared once, with nothing around them. */
export class CountersByHand {
  readonly #find: Statement
  readonly #increment: Statement
  readonly #insert: Statement
  readonly #count: Statement

  /** @param driver has the counters' table */
  constructor(driver: Driver) {
    this.#find = driver.prepare(FIND_SQL)
    this.#increment = driver.prepare(INCREMENT_SQL)
    this.#insert = driver.prepare(INSERT_SQL)
    this.#count = driver.prepare(COUNT_SQL)
  }

  add({ name, by }: AddArgs): void {
    const known = this.#find.get([name])
    if (known) this.#increment.run([by, known.id as number])
    else this.#insert.run([name, by])
  }

  count(name: string): number {
    return this.#count.get([name])?.n as number
  }
}
