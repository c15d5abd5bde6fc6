import type { SqlParams } from '@savepoint/core'
import type { ResultRow } from '@savepoint/sqlite'
import type { LiveQuery } from '../live/live-query.ts'
import { queryKey } from './query-key.ts'

/** What shared queries need of the client that runs them. */
interface QueryRunner {
  live(sql: string, params: SqlParams): LiveQuery<ResultRow>
  /** Runs it after the messages that have come already. */
  soon(run: () => void): void
  /** Some result has changed. */
  changed(): void
}

/** One live query of any number of pages. */
export interface SharedQuery {
  /** The rows as they are now; undefined until it has run. */
  readonly rows: readonly ResultRow[] | undefined
  readonly error: Error | undefined
  /** To be called once by each who wanted it. The last ends it. */
  release(): void
}

/** Runs each distinct live query once, for all pages that watch it. */
export class SharedQueries {
  readonly #runner: QueryRunner
  readonly #queries = new Map<string, Entry>()

  constructor(runner: QueryRunner) {
    this.#runner = runner
  }

  want(sql: string, params: SqlParams): SharedQuery {
    const key = queryKey(sql, params)
    const known = this.#queries.get(key)
    if (known !== undefined) {
      known.wanted++
      return known
    }
    const entry = new Entry(this.#runner, sql, params, () => this.#queries.delete(key))
    this.#queries.set(key, entry)
    return entry
  }
}

class Entry implements SharedQuery {
  wanted = 1
  readonly #ended: () => void
  #live: LiveQuery<ResultRow> | undefined
  #failure: Error | undefined
  #end = () => {}

  constructor(runner: QueryRunner, sql: string, params: SqlParams, ended: () => void) {
    this.#ended = ended
    // Not at once: it may be that nobody wants it any more when all that has come is read.
    runner.soon(() => {
      if (this.wanted === 0) return
      try {
        this.#live = runner.live(sql, params)
        this.#end = this.#live.subscribe(() => runner.changed())
      } catch (error) {
        this.#failure = error as Error
      }
      runner.changed()
    })
  }

  get rows(): readonly ResultRow[] | undefined {
    return this.#live?.rows
  }

  get error(): Error | undefined {
    return this.#failure ?? this.#live?.error
  }

  release(): void {
    if (--this.wanted > 0) return
    this.#end()
    this.#ended()
  }
}
