import type { SqlParams } from '@savepoint/core'
import { Interrupted, type ResultRow } from '@savepoint/sqlite'
import { LiveResult } from '../live/live-query.ts'
import type { ReplicaReader } from '../live/replica-reader.ts'
import { queryKey } from './query-key.ts'
import { type QueryRun, QueryTurns } from './query-turns.ts'

/** What shared queries need around them. */
interface QueriesOwner {
  readonly reader: Pick<ReplicaReader, 'query' | 'follow'>
  readonly turns: QueryTurns
  /** Some query is stale. */
  changed(): void
}

/** One live query of any number of pages. */
export interface SharedQuery {
  /** The rows of its last run; undefined until it has run. */
  readonly rows: readonly ResultRow[] | undefined
  readonly error: Error | undefined
  /** True if it would read otherwise now, as far as is known, or has never run. */
  readonly isBehind: boolean
  /** To be called once by each who wanted it. The last ends it. */
  release(): void
}

/** Runs each distinct live query once, for all pages that watch it. */
export class SharedQueries {
  readonly #owner: QueriesOwner
  readonly #queries = new Map<string, Entry>()

  constructor(owner: QueriesOwner) {
    this.#owner = owner
  }

  want(sql: string, params: SqlParams): SharedQuery {
    const key = queryKey(sql, params)
    const known = this.#queries.get(key)
    if (known !== undefined) {
      known.wanted++
      return known
    }
    const entry = new Entry(this.#owner, sql, params, () => this.#queries.delete(key))
    this.#queries.set(key, entry)
    return entry
  }
}

class Entry implements SharedQuery, QueryRun {
  wanted = 1
  budgetMs = QueryTurns.firstBudgetMs
  isShown = false
  isBehind = true
  rows: readonly ResultRow[] | undefined
  readonly #owner: QueriesOwner
  readonly #follow: () => () => void
  readonly #result: LiveResult
  readonly #ended: () => void
  #end: (() => void) | undefined

  constructor(owner: QueriesOwner, sql: string, params: SqlParams, ended: () => void) {
    this.#owner = owner
    this.#ended = ended
    this.#result = new LiveResult((isOver) => owner.reader.query(sql, params, isOver))
    this.#follow = () => owner.reader.follow(sql, params, () => this.#isStale())
    // Not at once: it may be that nobody wants it any more when all that has come is read.
    owner.turns.add(this)
  }

  get error(): Error | undefined {
    return this.#result.error
  }

  attempt(isOver: () => boolean): boolean {
    try {
      this.#result.refresh(isOver)
    } catch (error) {
      if (error instanceof Interrupted) return false
      throw error
    }
    if (this.#result.error === undefined) this.rows = this.#result.rows
    this.isShown = true
    this.isBehind = false
    this.#end ??= this.#follow()
    return true
  }

  release(): void {
    if (--this.wanted > 0) return
    this.#owner.turns.drop(this)
    this.#end?.()
    this.#ended()
  }

  #isStale(): void {
    if (this.isBehind) return
    this.isBehind = true
    this.#owner.turns.add(this)
    this.#owner.changed()
  }
}
