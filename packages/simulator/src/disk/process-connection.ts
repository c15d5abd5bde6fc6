import type { BindValue, ExactValue, SqlParams } from '@savepoint/core'
import type { Driver, ResultRow, RunResult, Statement } from '@savepoint/sqlite'
import { ProcessKilled, type StatementWatch } from './simulated-disk.ts'
import { isSelect } from './statement-kind.ts'

/** What a disk does around the calls of its process's connections. */
export interface ConnectionHost {
  readonly watch: StatementWatch
  /** False while a call must not go straight through: a fault, or the end, may come in its course. */
  readonly isCalm: boolean
  /** See {@link SimulatedDisk.changes}. */
  changes: number
  /** Called before anything reaches the database. */
  enter(): void
  /** Makes the call, or what a fault makes of it. */
  disturb<T>(connection: ProcessConnection, sql: string, call: () => T): T
  closed(connection: ProcessConnection): void
}

/** A connection of the simulated process around a real one. */
export class ProcessConnection implements Driver {
  readonly engine: string
  readonly path: string
  /** The real one. */
  readonly driver: Driver
  readonly host: ConnectionHost
  isDead = false

  constructor(driver: Driver, path: string, host: ConnectionHost) {
    this.engine = driver.engine
    this.driver = driver
    this.path = path
    this.host = host
  }

  get inTransaction(): boolean {
    this.check()
    return this.driver.inTransaction
  }

  exec(sql: string): void {
    this.before(sql)
    this.host.changes++
    if (this.host.isCalm) this.driver.exec(sql)
    else this.host.disturb(this, sql, () => this.driver.exec(sql))
    this.after(sql)
  }

  prepare(sql: string): Statement {
    this.enter()
    return new ProcessStatement(this, this.driver.prepare(sql))
  }

  defineFunction(name: string, fn: (...args: ExactValue[]) => BindValue): void {
    this.check()
    this.driver.defineFunction(name, fn)
  }

  serialize(): Uint8Array {
    this.enter()
    return this.driver.serialize()
  }

  close(): void {
    if (this.isDead) return
    this.host.enter()
    this.host.changes++
    this.driver.close()
    this.host.closed(this)
  }

  check(): void {
    if (this.isDead) throw new ProcessKilled()
  }

  enter(): void {
    if (this.isDead) throw new ProcessKilled()
    this.host.enter()
  }

  before(sql: string): void {
    this.enter()
    const { watch } = this.host
    if (watch.before === undefined) return
    watch.before(sql, this.path)
    this.enter()
  }

  after(sql: string): void {
    this.check()
    const { watch } = this.host
    if (watch.after === undefined) return
    watch.after(sql, this.path)
    this.check()
  }
}

class ProcessStatement implements Statement {
  readonly sql: string
  readonly #isSelect: boolean
  readonly #connection: ProcessConnection
  readonly #statement: Statement

  constructor(connection: ProcessConnection, statement: Statement) {
    this.sql = statement.sql
    this.#isSelect = isSelect(statement.sql)
    this.#connection = connection
    this.#statement = statement
  }

  get readonly(): boolean {
    this.#connection.check()
    return this.#statement.readonly
  }

  get columns(): readonly string[] {
    this.#connection.check()
    return this.#statement.columns
  }

  run(params?: SqlParams): RunResult {
    const connection = this.#connection
    connection.before(this.sql)
    const { host } = connection
    if (!this.#isSelect) host.changes++
    const result = host.isCalm ? this.#statement.run(params) : host.disturb(connection, this.sql, () => this.#statement.run(params))
    connection.after(this.sql)
    return result
  }

  get(params?: SqlParams): ResultRow | undefined {
    const connection = this.#connection
    connection.before(this.sql)
    const { host } = connection
    if (!this.#isSelect) host.changes++
    const row = host.isCalm ? this.#statement.get(params) : host.disturb(connection, this.sql, () => this.#statement.get(params))
    connection.after(this.sql)
    return row
  }

  all(params?: SqlParams): ResultRow[] {
    const connection = this.#connection
    connection.before(this.sql)
    const { host } = connection
    if (!this.#isSelect) host.changes++
    const rows = host.isCalm ? this.#statement.all(params) : host.disturb(connection, this.sql, () => this.#statement.all(params))
    connection.after(this.sql)
    return rows
  }

  exact(params?: SqlParams): ExactValue[][] {
    const connection = this.#connection
    connection.before(this.sql)
    const { host } = connection
    if (!this.#isSelect) host.changes++
    const rows = host.isCalm ? this.#statement.exact(params) : host.disturb(connection, this.sql, () => this.#statement.exact(params))
    connection.after(this.sql)
    return rows
  }

  finalize(): void {
    if (!this.#connection.isDead) this.#statement.finalize()
  }
}
