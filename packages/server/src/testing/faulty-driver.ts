import type { Driver, Statement } from '@savepoint/sqlite'

/**
 * A driver that lets a test stand between a room and its statements: `before` and `after` see the SQL of each that is run, and what
 * they throw, the statement throws.
 */
export function faultyDriver(
  driver: Driver,
  meddle: { before?: (sql: string, params: unknown) => void; after?: (sql: string) => void },
): Driver {
  const around = <T>(sql: string, params: unknown, run: () => T): T => {
    meddle.before?.(sql, params)
    const result = run()
    meddle.after?.(sql)
    return result
  }
  const wrap = (statement: Statement): Statement => ({
    sql: statement.sql,
    readonly: statement.readonly,
    columns: statement.columns,
    run: (params) => around(statement.sql, params, () => statement.run(params)),
    get: (params) => around(statement.sql, params, () => statement.get(params)),
    all: (params) => around(statement.sql, params, () => statement.all(params)),
    exact: (params) => around(statement.sql, params, () => statement.exact(params)),
    finalize: () => statement.finalize(),
  })
  return {
    engine: driver.engine,
    get inTransaction() {
      return driver.inTransaction
    },
    exec: (sql) => around(sql, undefined, () => driver.exec(sql)),
    prepare: (sql) => wrap(driver.prepare(sql)),
    defineFunction: (name, fn) => driver.defineFunction(name, fn),
    serialize: () => driver.serialize(),
    close: () => driver.close(),
  }
}
