import { sameContents } from '../model/content-difference.ts'
import type { ContentQuery, Contents } from '../model/content-query.ts'

/** Every so many checks all tables are read, and not only those that should have changed. */
const WHOLE_EVERY = 16

/**
 * What one database was last found to hold. Reading all of a database takes longer than most steps, so usually only those tables
 * are read that should have changed since, or that predictions write; what went wrong elsewhere is found a few checks later.
 */
export class WatchedContent {
  #query: ContentQuery | undefined
  #right: Contents = []
  #changes: number | undefined
  #checks = 0

  /** True if nothing has changed since it was last found to be right: neither what it holds, nor what it should. */
  isAsBefore(query: ContentQuery, expected: Contents, changes: number): boolean {
    return this.#query === query && this.#changes === changes && sameContents(this.#right, expected)
  }

  /**
   * Which tables are to be read now. Those that differ from `base` are among them always: what is on top of a base is undone and
   * made again at each step.
   */
  plan(
    query: ContentQuery,
    expected: Contents,
    { isWhole = false, base = expected }: { isWhole?: boolean; base?: Contents | undefined } = {},
  ): number[] {
    const everything = isWhole || this.#query !== query || this.#checks++ % WHOLE_EVERY === 0
    return [...query.tables.keys()].filter((i) => everything || this.#right[i] !== expected[i] || base[i] !== expected[i])
  }

  /** What was read is as it should be. `changes` stays as long as what is there does, if that is known. */
  isRight(query: ContentQuery, contents: Contents, changes?: number): void {
    this.#query = query
    this.#changes = changes
    this.#right = contents
  }
}
