import { type Driver, SqliteError, type Statement } from '@savepoint/sqlite'

/** A disk that can be full: statements that match fail, and COMMIT does as SQLite's own does, which rolls back first. */
export class Disk {
  #fails: (sql: string) => boolean = () => false
  /** Called after each COMMIT that succeeded. */
  committed: () => void = () => {}
  /** Statements that have failed. */
  failures = 0

  /** From now on, whatever would be committed does not fit. */
  full(): void {
    this.failWhen((sql) => /\bCOMMIT\b/.test(sql))
  }

  /** The nth COMMIT from now fails, and no other. */
  failCommit(n: number): void {
    let commits = 0
    this.failWhen((sql) => /\bCOMMIT\b/.test(sql) && ++commits === n)
  }

  failWhen(fails: (sql: string) => boolean): void {
    this.#fails = fails
  }

  mend(): void {
    this.failWhen(() => false)
  }

  wrap(driver: Driver): Driver {
    // A write alone is a transaction, and ends with the COMMIT that nobody wrote.
    const isAlone = (sql: string) => !driver.inTransaction && /^\s*(INSERT|UPDATE|DELETE)\b/.test(sql)
    const check = (sql: string) => {
      if (!this.#fails(sql) && !(isAlone(sql) && this.#fails('COMMIT'))) return
      this.failures++
      if (/\bCOMMIT\b/.test(sql) && driver.inTransaction) driver.exec('ROLLBACK')
      throw new SqliteError('SQLITE_FULL', 'database or disk is full')
    }
    const ran = (sql: string) => {
      if (/\bCOMMIT\b/.test(sql) || isAlone(sql)) this.committed()
    }
    return {
      engine: driver.engine,
      get inTransaction() {
        return driver.inTransaction
      },
      exec(sql) {
        check(sql)
        driver.exec(sql)
        ran(sql)
      },
      prepare: (sql) => checked(driver.prepare(sql), check, ran),
      defineFunction: (name, fn) => driver.defineFunction(name, fn),
      ...(driver.interruptible && { interruptible: driver.interruptible.bind(driver) }),
      serialize: () => driver.serialize(),
      close: () => driver.close(),
    }
  }
}

function checked(statement: Statement, check: (sql: string) => void, ran: (sql: string) => void): Statement {
  const { sql, readonly } = statement
  const first = <A extends unknown[], R>(run: (...args: A) => R) => {
    return (...args: A): R => {
      check(sql)
      const result = run(...args)
      ran(sql)
      return result
    }
  }
  return {
    sql,
    readonly,
    get columns() {
      return statement.columns
    },
    run: first((params) => statement.run(params)),
    get: first((params) => statement.get(params)),
    all: first((params) => statement.all(params)),
    exact: first((params) => statement.exact(params)),
    finalize: () => statement.finalize(),
  }
}
