import { MutationRejected, randomID, type SqlParams, seededRandom, type Tx, type TxRow, type WriteResult } from '@savepoint/core'
import type { Statement } from '../driver/driver.ts'
import type { RunRequest } from './run-request.ts'
import type { StatementCache } from './statement-cache.ts'
import type { StatementsDepend, StatementsRun } from './statement-dependencies.ts'
import { type StorageFailure, storageFailureOf } from './storage-failure.ts'

/** The `tx` of one run. */
export class MutationTx implements Tx {
  readonly #request: RunRequest
  readonly #statements: StatementCache
  #over = false
  #random: (() => number) | undefined
  /** Set when a statement met a storage failure, so that a mutator which catches it cannot hide it. */
  storageFailure: StorageFailure | undefined
  /** True once a statement that can write has run. */
  wrote = false
  /** Kept on a client only, where runs are replayed. */
  readonly ran: StatementsRun = []
  readonly #statementsDepend: StatementsDepend | undefined

  constructor(request: RunRequest, statements: StatementCache, statementsDepend: StatementsDepend) {
    this.#request = request
    this.#statements = statements
    this.#statementsDepend = request.location === 'client' ? statementsDepend : undefined
  }

  get location(): 'client' | 'server' {
    return this.#request.location
  }
  get reason(): Tx['reason'] {
    return this.#request.reason
  }
  get auth(): unknown {
    return this.#request.auth
  }
  get clientID(): string {
    return this.#request.clientID
  }
  get mutationID(): number {
    return this.#request.mutationID
  }
  get now(): number {
    return this.#request.now
  }

  get<Row = TxRow>(sql: string, params?: SqlParams): Row | undefined {
    const statement = this.#statement(sql, params)
    try {
      return statement.get(params) as Row | undefined
    } catch (error) {
      throw this.#noted(error)
    }
  }

  all<Row = TxRow>(sql: string, params?: SqlParams): Row[] {
    const statement = this.#statement(sql, params)
    try {
      return statement.all(params) as Row[]
    } catch (error) {
      throw this.#noted(error)
    }
  }

  run(sql: string, params?: SqlParams): WriteResult {
    const statement = this.#statement(sql, params)
    try {
      return statement.run(params)
    } catch (error) {
      throw this.#noted(error)
    }
  }

  random(): number {
    this.#random ??= seededRandom(this.#request.seed)
    return this.#random()
  }

  id(): string {
    return randomID(() => this.random())
  }

  reject(code: string, message?: string): never {
    throw new MutationRejected(code, message)
  }

  /** Called when the mutator has returned: what it left running can do nothing more. */
  end(): void {
    this.#over = true
  }

  #statement(sql: string, params: SqlParams | undefined): Statement {
    if (this.#over) throw new Error(`"${this.#request.name}" used tx after it had returned; a mutator must be synchronous`)
    const statement = this.#statements.get(sql)
    if (!statement.readonly) this.wrote = true
    this.#statementsDepend?.note(this.ran, sql, params)
    return statement
  }

  #noted(error: unknown): unknown {
    this.storageFailure ??= storageFailureOf(error)
    return error
  }
}
