import type { Driver, Statement } from '../driver/driver.ts'
import { assertAllowed, type GuardOptions } from '../sql/assert-allowed.ts'

/** Statements kept prepared; an app has a few dozen. Beyond it (SQL text built by hand), the oldest are dropped. */
const STATEMENTS_MAX = 500

/** Prepared statements by SQL text, each checked once to be what a mutator or a query may run. */
export class StatementCache {
  readonly #driver: Driver
  readonly #guard: GuardOptions
  readonly #statements = new Map<string, Statement>()

  constructor(driver: Driver, guard: GuardOptions) {
    this.#driver = driver
    this.#guard = guard
  }

  /** @throws ForbiddenSqlError, or SqliteError if it does not compile. */
  get(sql: string): Statement {
    const known = this.#statements.get(sql)
    if (known !== undefined) return known
    assertAllowed(sql, this.#guard)
    const statement = this.#driver.prepare(sql)
    for (const [oldest, dropped] of this.#statements) {
      if (this.#statements.size < STATEMENTS_MAX) break
      this.#statements.delete(oldest)
      dropped.finalize()
    }
    this.#statements.set(sql, statement)
    return statement
  }

  clear(): void {
    for (const statement of this.#statements.values()) statement.finalize()
    this.#statements.clear()
  }
}
