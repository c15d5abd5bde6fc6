import { MutationRejected, randomID, type SqlParams, seededRandom, type Tx, type TxRow, type WriteResult } from '@savepoint/core'
import type { Statement } from '../driver/driver.ts'
import type { RunRequest } from './run-request.ts'
import type { StatementCache } from './statement-cache.ts'
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

  constructor(request: RunRequest, statements: StatementCache) {
    this.#request = request
    this.#statements = statements
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
    return this.#call((statement) => statement.get(params), sql) as Row | undefined
  }

  all<Row = TxRow>(sql: string, params?: SqlParams): Row[] {
    return this.#call((statement) => statement.all(params), sql) as Row[]
  }

  run(sql: string, params?: SqlParams): WriteResult {
    return this.#call((statement) => statement.run(params), sql)
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

  #call<T>(run: (statement: Statement) => T, sql: string): T {
    if (this.#over) throw new Error(`"${this.#request.name}" used tx after it had returned; a mutator must be synchronous`)
    const statement = this.#statements.get(sql)
    if (!statement.readonly) this.wrote = true
    try {
      return run(statement)
    } catch (error) {
      this.storageFailure ??= storageFailureOf(error)
      throw error
    }
  }
}
