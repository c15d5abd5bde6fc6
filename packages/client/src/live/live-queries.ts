import type { SqlParams } from '@savepoint/core'
import { type LiveQuery, LiveResult } from './live-query.ts'
import type { ReplicaReader } from './replica-reader.ts'

/** The live queries of one client: those that what has changed concerns run again, once for all that changed in one turn. */
export class LiveQueries {
  readonly #reader: ReplicaReader
  readonly #report: (error: unknown) => void
  /** With listeners, and what ends that they are followed. */
  readonly #active = new Map<LiveResult, () => void>()
  readonly #stale = new Set<LiveResult>()
  readonly #changed = new Set<LiveResult>()
  #scheduled = false

  constructor(reader: ReplicaReader, report: (error: unknown) => void) {
    this.#reader = reader
    this.#report = report
  }

  live<Row>(sql: string, params: SqlParams): LiveQuery<Row> {
    const result = new LiveResult(() => this.#reader.query(sql, params))
    this.#refresh(result)
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
      subscribe: (listener) => this.#subscribe(result, sql, params, listener),
    }
  }

  /** No listener hears anything more. */
  close(): void {
    for (const end of this.#active.values()) end()
    this.#active.clear()
    this.#stale.clear()
    this.#changed.clear()
  }

  #subscribe(result: LiveResult, sql: string, params: SqlParams, listener: () => void): () => void {
    if (!this.#active.has(result)) {
      this.#bringUpToDate(result)
      const end = this.#reader.follow(sql, params, () => this.#isStale(result))
      this.#active.set(result, end)
    }
    const end = result.listeners.add(listener)
    return () => {
      if (!end() || result.listeners.size > 0) return
      // What it has is of now, unless it is known to be stale.
      if (!this.#stale.delete(result)) result.moment = this.#reader.moment
      this.#active.get(result)?.()
      this.#active.delete(result)
    }
  }

  #isStale(result: LiveResult): void {
    this.#stale.add(result)
    if (this.#scheduled) return
    this.#scheduled = true
    queueMicrotask(() => this.#tellAll())
  }

  /** Nothing tells a query without listeners that it is stale: it runs if anything at all has changed since it ran. */
  #bringUpToDate(result: LiveResult): void {
    if (this.#active.has(result)) {
      if (this.#stale.delete(result) && this.#refresh(result)) this.#changed.add(result)
    } else if (result.moment !== this.#reader.moment) this.#refresh(result)
  }

  #refresh(result: LiveResult): boolean {
    result.moment = this.#reader.moment
    return result.refresh()
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
