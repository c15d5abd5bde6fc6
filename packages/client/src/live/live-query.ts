import { Interrupted, type ResultRow } from '@savepoint/sqlite'
import { Listeners } from '../listeners.ts'
import { contentKey } from './keep-rows.ts'

/** A query whose rows follow the database. */
export interface LiveQuery<Row> {
  /** The rows as they are now. The same array, and the same objects, until they change. */
  readonly rows: readonly Row[]
  /** False until the first result is there, which takes a moment where the replica runs in a worker. */
  readonly isReady: boolean
  /** Set if the query's last run failed; `rows` are then those before it. */
  readonly error: Error | undefined
  /** Calls `listener` after each change. Returns what ends it; when the last listener has ended, the query stops running. */
  subscribe(listener: () => void): () => void
}

/** One query's last result, kept so that unchanged rows stay the same objects. */
export class LiveResult {
  rows: readonly ResultRow[] = []
  error: Error | undefined
  /** When it ran last, as its reader counts. */
  moment = -1
  readonly listeners = new Listeners()
  readonly #read: (isOver?: () => boolean) => ResultRow[]
  #keys: string[] = []

  constructor(read: (isOver?: () => boolean) => ResultRow[]) {
    this.#read = read
  }

  /**
   * Runs the query again. True if its result has changed.
   * @throws Interrupted if `isOver` has stopped it; the result is then as before.
   */
  refresh(isOver?: () => boolean): boolean {
    try {
      return this.#take(this.#read(isOver))
    } catch (error) {
      if (error instanceof Interrupted) throw error
      this.error = error as Error
      return true
    }
  }

  #take(rows: ResultRow[]): boolean {
    const keys = rows.map(contentKey)
    const changed = this.error !== undefined || keys.length !== this.#keys.length || keys.some((key, i) => key !== this.#keys[i])
    this.error = undefined
    if (!changed) return false
    const known = new Map(this.#keys.map((key, i) => [key, this.rows[i] as ResultRow]))
    this.rows = rows.map((row, i) => known.get(keys[i] as string) ?? row)
    this.#keys = keys
    return true
  }
}
