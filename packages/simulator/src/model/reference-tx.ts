import { MutationRejected, randomID, type SqlParams, seededRandom, type Tx, type TxRow, type WriteResult } from '@savepoint/core'
import type { RunRequest, Statement } from '@savepoint/sqlite'

/** The `tx` of one run in the model. */
export class ReferenceTx implements Tx {
  readonly location: 'client' | 'server'
  readonly reason: Tx['reason']
  readonly auth: unknown
  readonly clientID: string
  readonly mutationID: number
  readonly now: number
  readonly #seed: string
  readonly #prepare: (sql: string) => Statement
  #random: (() => number) | undefined
  isOver = false

  constructor(request: RunRequest, prepare: (sql: string) => Statement) {
    this.location = request.location
    this.reason = request.reason
    this.auth = request.auth
    this.clientID = request.clientID
    this.mutationID = request.mutationID
    this.now = request.now
    this.#seed = request.seed
    this.#prepare = prepare
  }

  get<Row = TxRow>(sql: string, params?: SqlParams): Row | undefined {
    return this.#statement(sql).get(params) as Row | undefined
  }

  all<Row = TxRow>(sql: string, params?: SqlParams): Row[] {
    return this.#statement(sql).all(params) as Row[]
  }

  run(sql: string, params?: SqlParams): WriteResult {
    return this.#statement(sql).run(params)
  }

  random(): number {
    this.#random ??= seededRandom(this.#seed)
    return this.#random()
  }

  id(): string {
    return randomID(() => this.random())
  }

  reject(code: string, message?: string): never {
    throw new MutationRejected(code, message)
  }

  #statement(sql: string): Statement {
    if (this.isOver) throw new Error('tx was used after its mutator had returned')
    return this.#prepare(sql)
  }
}
