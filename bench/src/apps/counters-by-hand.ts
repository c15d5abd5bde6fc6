import type { Driver, Statement } from '@savepoint/sqlite'
import { type AddArgs, BY_ID, type CountersStatements } from './counters.ts'

/** The statements of the counters' app, prepared once, with nothing around them. */
export class CountersByHand {
  readonly #find: Statement
  readonly #increment: Statement
  readonly #insert: Statement
  readonly #count: Statement

  /** @param driver has the counters' table */
  constructor(driver: Driver, statements: CountersStatements = BY_ID) {
    this.#find = driver.prepare(statements.find)
    this.#increment = driver.prepare(statements.increment)
    this.#insert = driver.prepare(statements.insert)
    this.#count = driver.prepare(statements.count)
  }

  add({ name, by }: AddArgs): void {
    const known = this.#find.get([name])
    if (known) this.#increment.run([by, (known.id as number | undefined) ?? name])
    else this.#insert.run([name, by])
  }

  count(name: string): number {
    return this.#count.get([name])?.n as number
  }
}
