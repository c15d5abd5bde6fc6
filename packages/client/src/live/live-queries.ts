import type { SqlParams } from '@savepoint/core'
import type { ResultRow } from '@savepoint/sqlite'
import { type LiveQuery, LiveResult } from './live-query.ts'

/** What live queries need of the database. */
export interface QuerySource {
  query(sql: string, params: SqlParams): ResultRow[]
  /** Names of the tables that decide the result, or undefined if any may. */
  tablesOf(sql: string): ReadonlySet<string> | undefined
}

/** The live queries of one client: after each change, those that read a changed table run again, once. */
export class LiveQueries {
  readonly #source: () => QuerySource
  readonly #report: (error: unknown) => void
  readonly #active = new Map<LiveResult, ReadonlySet<string> | undefined>()

  constructor(source: () => QuerySource, report: (error: unknown) => void) {
    this.#source = source
    this.#report = report
  }

  live<Row>(sql: string, params: SqlParams): LiveQuery<Row> {
    const result = new LiveResult(() => this.#source().query(sql, params))
    // A query that cannot run at all is the caller's mistake, and is thrown at the call.
    if (result.refresh() && result.error) throw result.error
    const active = this.#active
    const tables = this.#source().tablesOf(sql)
    return {
      get rows() {
        if (!active.has(result)) result.refresh()
        return result.rows as readonly Row[]
      },
      get error() {
        return result.error
      },
      subscribe: (listener) => {
        const entry = () => listener()
        if (!active.has(result)) result.refresh()
        active.set(result, tables)
        result.listeners.add(entry)
        return () => {
          result.listeners.delete(entry)
          if (result.listeners.size === 0) active.delete(result)
        }
      },
    }
  }

  /** Tables have changed; with no names given, all of them may have. All queries are brought up to date before any listener hears. */
  changed(names?: ReadonlySet<string>): void {
    const stale = [...this.#active].filter(([, tables]) => !names || !tables || [...names].some((name) => tables.has(name.toLowerCase())))
    const told = stale.filter(([result]) => result.refresh())
    for (const [result] of told) for (const listener of [...result.listeners]) this.#tell(listener)
  }

  /** A listener that throws stops neither the others nor the client. */
  #tell(listener: () => void): void {
    try {
      listener()
    } catch (error) {
      this.#report(error)
    }
  }
}
