import type { SqlParams } from '@savepoint/core'
import type { QueryReads, ResultRow } from '@savepoint/sqlite'
import type { ChangedRows } from '../replica/changed-rows.ts'
import { Dependents } from './dependents.ts'

/** What is read: the replica's database, which another one takes the place of when a snapshot comes. */
interface ReaderSource {
  query(sql: string, params: SqlParams, isOver?: () => boolean): ResultRow[]
  readsOf(sql: string, params: SqlParams): QueryReads
}

/** Reads the replica as it is now, and tells when a query would read otherwise. */
export class ReplicaReader {
  readonly #source: () => ReaderSource
  readonly #failed: (error: unknown) => void
  readonly #dependents = new Dependents<() => void>()
  #moment = 0

  /** `failed` is told of each query that does not run. */
  constructor(source: () => ReaderSource, failed: (error: unknown) => void) {
    this.#source = source
    this.#failed = failed
  }

  /** Moves on whenever the content may have changed. At one moment, a query has one result. */
  get moment(): number {
    return this.#moment
  }

  /**
   * @param isOver see `SyncedDatabase.query`
   * @throws as `SyncedDatabase.query` does
   */
  query(sql: string, params: SqlParams, isOver?: () => boolean): ResultRow[] {
    try {
      return this.#source().query(sql, params, isOver)
    } catch (error) {
      this.#failed(error)
      throw error
    }
  }

  /** Calls `stale` whenever the query may read otherwise than before. Returns what ends it. */
  follow(sql: string, params: SqlParams, stale: () => void): () => void {
    return this.#dependents.add(() => stale(), this.#source().readsOf(sql, params))
  }

  /** Rows have changed; with none given, any may have. */
  changed(rows?: ChangedRows): void {
    this.#moment++
    for (const stale of this.#dependents.concerned(rows)) stale()
  }
}
