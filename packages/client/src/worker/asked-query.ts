import type { SqlParams } from '@savepoint/core'
import { Interrupted, type ResultRow } from '@savepoint/sqlite'
import type { ReplicaReader } from '../live/replica-reader.ts'
import { type QueryRun, QueryTurns } from './query-turns.ts'

/** A query that a page asks for once. */
export class AskedQuery implements QueryRun {
  budgetMs = QueryTurns.firstBudgetMs
  readonly isShown = false
  readonly #read: (isOver: () => boolean) => ResultRow[]
  readonly #answer: (rows: ResultRow[]) => void
  readonly #fail: (error: unknown) => void

  constructor(
    reader: Pick<ReplicaReader, 'query'>,
    query: { readonly sql: string; readonly params: SqlParams },
    answer: (rows: ResultRow[]) => void,
    fail: (error: unknown) => void,
  ) {
    this.#read = (isOver) => reader.query(query.sql, query.params, isOver)
    this.#answer = answer
    this.#fail = fail
  }

  attempt(isOver: () => boolean): boolean {
    try {
      this.#answer(this.#read(isOver))
    } catch (error) {
      if (error instanceof Interrupted) return false
      this.#fail(error)
    }
    return true
  }
}
