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
  /** Called before anything reaches the database; with `isLook`, for the simulation itself. */
  enter(isLook: boolean): void
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
  readonly #isLook: boolean
  isDead = false

  constructor(driver: Driver, path: string, host: ConnectionHost, isLook: boolean) {
    this.#isLook = isLook
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
    this.call(sql, () => this.driver.exec(sql))
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
    this.host.enter(this.#isLook)
    this.host.changes++
    this.driver.close()
    this.host.closed(this)
  }

  check(): void {
    if (this.isDead) throw new ProcessKilled()
  }

  enter(): void {
    if (this.isDead) throw new ProcessKilled()
    this.host.enter(this.#isLook)
  }

  /** Makes the call, or what the disk makes of it. */
  call<T>(sql: string, call: () => T): T {
    return this.host.isCalm || this.#isLook ? call() : this.host.disturb(this, sql, call)
  }

  before(sql: string): void {
    this.enter()
    const { watch } = this.host
    if (watch.before === undefined || this.#isLook) return
    watch.before(sql, this.path)
    this.enter()
  }

  after(sql: string): void {
    this.check()
    const { watch } = this.host
    if (watch.after === undefined || this.#isLook) return
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
    if (!this.#isSelect) connection.host.changes++
    const result = connection.call(this.sql, () => this.#statement.run(params))
    connection.after(this.sql)
    return result
  }

  get(params?: SqlParams): ResultRow | undefined {
    const connection = this.#connection
    connection.before(this.sql)
    if (!this.#isSelect) connection.host.changes++
    const row = connection.call(this.sql, () => this.#statement.get(params))
    connection.after(this.sql)
    return row
  }

  all(params?: SqlParams): ResultRow[] {
    const connection = this.#connection
    connection.before(this.sql)
    if (!this.#isSelect) connection.host.changes++
    const rows = connection.call(this.sql, () => this.#statement.all(params))
    connection.after(this.sql)
    return rows
  }

  exact(params?: SqlParams): ExactValue[][] {
    const connection = this.#connection
    connection.before(this.sql)
    if (!this.#isSelect) connection.host.changes++
    const rows = connection.call(this.sql, () => this.#statement.exact(params))
    connection.after(this.sql)
    return rows
  }

  finalize(): void {
    if (!this.#connection.isDead) this.#statement.finalize()
  }
}
