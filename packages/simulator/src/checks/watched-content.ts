import { type ContentQuery, type Contents, contentSql, contentsOf } from '../model/content-query.ts'

/** Every so many checks all tables are read, and not only those that should have changed. */
const WHOLE_EVERY = 8

/**
 * What one database was last found to hold. Reading all of a database takes longer than most steps, so usually only those tables
 * are read that should have changed since; what went wrong elsewhere is found a few checks later.
 */
export class WatchedContent {
  #query: ContentQuery | undefined
  #right: Contents = []
  #checks = 0

  /**
   * The SQL to run for what is to be checked now, and what its rows are; null if nothing is. Tables that differ from `base` are
   * always read: what is on top of a base is undone and made again at each step.
   */
  plan(
    query: ContentQuery,
    expected: Contents,
    { isWhole = false, base = expected }: { isWhole?: boolean; base?: Contents | undefined } = {},
  ): { readonly sql: string; read(rows: Row[]): Contents } | null {
    const everything = isWhole || this.#query !== query || this.#checks++ % WHOLE_EVERY === 0
    const indexes = [...query.tables.keys()].filter((i) => everything || this.#right[i] !== expected[i] || base[i] !== expected[i])
    if (indexes.length === 0) return null
    return { sql: contentSql(query, indexes), read: (rows) => contentsOf(query, rows, this.#right) }
  }

  /** What was read is as it should be. */
  isRight(query: ContentQuery, contents: Contents): void {
    this.#query = query
    this.#right = contents
  }

  /** The next check reads everything. */
  forget(): void {
    this.#query = undefined
  }
}

type Row = { [column: string]: unknown }
