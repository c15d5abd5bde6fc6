import type { SqlParams } from '@savepoint/core'
import type { ResultRow } from '@savepoint/sqlite'
import { type LiveQuery, LiveResult } from './live-query.ts'

/** What live queries need of the database. */
interface QuerySource {
  query(sql: string, params: SqlParams): ResultRow[]
  /** Names, in lower case, of the tables that decide the result; undefined if any may. */
  tablesRead(sql: string): ReadonlySet<string> | undefined
}

/** The live queries of one client: those that read a changed table run again, once for all that changed in one turn. */
export class LiveQueries {
  readonly #source: () => QuerySource
  readonly #report: (error: unknown) => void
  readonly #active = new Map<LiveResult, ReadonlySet<string> | undefined>()
  readonly #stale = new Set<LiveResult>()
  readonly #changed = new Set<LiveResult>()
  #scheduled = false

  constructor(source: () => QuerySource, report: (error: unknown) => void) {
    this.#source = source
    this.#report = report
  }

  live<Row>(sql: string, params: SqlParams): LiveQuery<Row> {
    const result = new LiveResult(() => this.#source().query(sql, params))
    result.refresh()
    // A query that cannot run at all is the caller's mistake, and is thrown at the call.
    if (result.error) throw result.error
    const queries = this
    return {
      get rows() {
        queries.#bringUpToDate(result)
        return result.rows as readonly Row[]
      },
      isReady: true,
      get error() {
        queries.#bringUpToDate(result)
        return result.error
      },
      subscribe: (listener) => this.#subscribe(result, sql, listener),
    }
  }

  /** Tables have changed; with no names given, all of them may have. */
  changed(names?: ReadonlySet<string>): void {
    for (const [result, tables] of this.#active) {
      if (!names || !tables || [...names].some((name) => tables.has(name.toLowerCase()))) this.#stale.add(result)
    }
    if (this.#scheduled || this.#stale.size === 0) return
    this.#scheduled = true
    queueMicrotask(() => this.#tellAll())
  }

  /** No listener hears anything more. */
  close(): void {
    this.#active.clear()
    this.#stale.clear()
    this.#changed.clear()
  }

  #subscribe(result: LiveResult, sql: string, listener: () => void): () => void {
    if (!this.#active.has(result)) result.refresh()
    this.#active.set(result, this.#source().tablesRead(sql))
    const end = result.listeners.add(listener)
    return () => {
      end()
      if (result.listeners.size > 0) return
      this.#active.delete(result)
      this.#stale.delete(result)
    }
  }

  /** Nothing tells a query without listeners that it is stale, so it runs at each look. */
  #bringUpToDate(result: LiveResult): void {
    if (!this.#active.has(result)) result.refresh()
    else if (this.#stale.delete(result) && result.refresh()) this.#changed.add(result)
  }

  /** All queries are brought up to date before any listener hears, so that none sees a half. */
  #tellAll(): void {
    this.#scheduled = false
    for (const result of [...this.#stale]) this.#bringUpToDate(result)
    const told = [...this.#changed]
    this.#changed.clear()
    for (const { listeners } of told) listeners.tell(this.#report)
  }
}
