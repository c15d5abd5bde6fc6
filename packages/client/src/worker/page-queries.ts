import type { SqlParams } from '@savepoint/core'
import type { ResultRow } from '@savepoint/sqlite'
import { Listeners } from '../listeners.ts'
import { keepRows } from '../live/keep-rows.ts'
import type { LiveQuery } from '../live/live-query.ts'
import { unpackError } from './crossing-error.ts'
import type { PageMessage, Watch, WatchNews } from './protocol.ts'
import { queryKey } from './query-key.ts'
import { patchRows } from './row-diff.ts'

/** What live queries need of the page client around them. */
interface QueriesOwner {
  tell(message: PageMessage): void
  /** Calls `flush` at the end of this turn. */
  schedule(): void
  report(error: unknown): void
}

/** The live queries of a page: what is watched, and the rows that came last. */
export class PageQueries {
  readonly #owner: QueriesOwner
  /** With listeners, by their query. */
  readonly #active = new Map<string, PageQuery>()
  /** Those, by the numbers that the host knows them under. */
  readonly #watched = new Map<number, PageQuery>()
  /** Whose first or last listener has come or gone in this turn. */
  readonly #moved = new Set<PageQuery>()
  #watches = 0

  constructor(owner: QueriesOwner) {
    this.#owner = owner
  }

  live<Row>(sql: string, params: SqlParams): LiveQuery<Row> {
    const key = queryKey(sql, params)
    let last = this.#active.get(key) ?? new PageQuery(key, sql, params)
    const current = () => {
      last = this.#active.get(key) ?? last
      return last
    }
    return {
      get rows() {
        return current().rows as readonly Row[]
      },
      get isReady() {
        return current().isReady
      },
      get error() {
        return current().error
      },
      subscribe: (listener) => this.#subscribe(current(), listener),
    }
  }

  /** What a new host has to be asked; it sends each result whole. */
  again(): Watch[] {
    this.#move(false)
    return [...this.#watched].map(([watch, query]) => {
      query.sent = []
      query.ahead = []
      return { watch, sql: query.sql, params: query.params, ...(query.isReady && { isShown: true }) }
    })
  }

  /** Tells the host what is watched from now on, and no more: a listener that goes and comes in one turn is no news. */
  flush(): void {
    this.#move(true)
  }

  /** Rows that the next news of a query count on. */
  ahead(watch: number, rows: readonly ResultRow[]): void {
    const query = this.#watched.get(watch)
    if (query !== undefined) for (const row of rows) query.ahead.push(row)
  }

  /**
   * Puts news of one moment in place.
   * @returns what tells the listeners
   */
  apply(news: readonly WatchNews[]): () => void {
    const changed: PageQuery[] = []
    for (const one of news) {
      const query = this.#watched.get(one.watch)
      if (query?.take(one)) changed.push(query)
    }
    return () => {
      for (const { listeners } of changed) listeners.tell((error) => this.#owner.report(error))
    }
  }

  /** Nothing more will come: queries say why. */
  fail(error: Error): () => void {
    const failed = [...this.#active.values()]
    for (const query of failed) query.error = error
    return () => {
      for (const { listeners } of failed) listeners.tell((error) => this.#owner.report(error))
    }
  }

  close(): void {
    this.#active.clear()
    this.#watched.clear()
    this.#moved.clear()
  }

  #subscribe(query: PageQuery, listener: () => void): () => void {
    const end = query.listeners.add(listener)
    this.#active.set(query.key, query)
    this.#moved.add(query)
    this.#owner.schedule()
    return () => {
      if (!end() || query.listeners.size > 0) return
      this.#moved.add(query)
      this.#owner.schedule()
    }
  }

  #move(tells: boolean): void {
    for (const query of this.#moved) {
      const isWanted = query.listeners.size > 0
      if (isWanted === (query.watch !== undefined)) continue
      if (isWanted) {
        query.watch = ++this.#watches
        query.sent = []
        query.ahead = []
        this.#watched.set(query.watch, query)
        if (tells) this.#owner.tell({ type: 'watch', watch: query.watch, sql: query.sql, params: query.params })
      } else if (query.watch !== undefined) {
        if (tells) this.#owner.tell({ type: 'unwatch', watch: query.watch })
        this.#watched.delete(query.watch)
        this.#active.delete(query.key)
        query.watch = undefined
      }
    }
    this.#moved.clear()
  }
}

class PageQuery {
  readonly key: string
  readonly sql: string
  readonly params: SqlParams
  readonly listeners = new Listeners()
  /** The number that the host knows it under, while it does. */
  watch: number | undefined
  rows: readonly ResultRow[] = []
  /** What the host takes the page to have. */
  sent: readonly ResultRow[] = []
  /** What has come ahead of the next news. */
  ahead: ResultRow[] = []
  isReady = false
  error: Error | undefined

  constructor(key: string, sql: string, params: SqlParams) {
    this.key = key
    this.sql = sql
    this.params = params
  }

  /** True if a listener can see a difference. */
  take({ rows: diff, error }: WatchNews): boolean {
    const before = { rows: this.rows, error: this.error, isReady: this.isReady }
    if (diff !== undefined) {
      const isWhole = this.sent.length === 0
      const rows = patchRows(this.sent, diff, this.ahead)
      this.ahead = []
      this.rows = isWhole ? keepRows(this.rows, rows) : rows
      this.sent = this.rows
    }
    this.error = error === undefined ? undefined : unpackError(error)
    this.isReady ||= diff !== undefined
    return before.rows !== this.rows || before.error !== this.error || before.isReady !== this.isReady
  }
}
