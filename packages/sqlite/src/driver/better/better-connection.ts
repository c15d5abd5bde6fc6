import { misuse } from '../misuse.ts'
import { SqliteError } from '../sqlite-error.ts'
import type { NativeDatabase, NativeStatement } from './native.ts'

/** What the driver, its statements and its functions share. */
export class BetterConnection {
  readonly native: NativeDatabase
  inFunction = false
  /** What a function threw, until the statement that called it has failed with it. */
  thrown: { readonly error: unknown } | undefined
  /** Counts what may have changed the columns of a `SELECT *`. */
  schemaGeneration = 0
  #counters: NativeStatement | undefined

  constructor(native: NativeDatabase) {
    this.native = native
  }

  /** Throws if the database may not be used now. */
  check(): void {
    if (!this.native.open) throw misuse.closed()
    if (this.inFunction) throw misuse.inFunction()
  }

  /** Total changes, changes and last rowid of the connection: for statements with rows, whose native `run` is refused. */
  counters(): { total: number; changes: number; lastInsertRowid: bigint } {
    this.#counters ??= this.native.prepare('SELECT total_changes(), changes(), last_insert_rowid()').raw().safeIntegers()
    const [total, changes, lastInsertRowid] = this.#counters.get() as [bigint, bigint, bigint]
    return { total: Number(total), changes: Number(changes), lastInsertRowid }
  }

  /** What to throw for what better-sqlite3 threw. */
  error(error: unknown): unknown {
    const thrown = this.thrown
    this.thrown = undefined
    if (thrown !== undefined && thrown.error === error) {
      return new SqliteError('SQLITE_ERROR', error instanceof Error ? error.message : String(error), { cause: error })
    }
    return sqliteError(error)
  }
}

export function sqliteError(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const code = 'code' in error ? error.code : undefined
  if (typeof code === 'string' && code.startsWith('SQLITE_')) return new SqliteError(code, error.message, { cause: error })
  if (error.message.startsWith('Cannot open database')) return new SqliteError('SQLITE_CANTOPEN', error.message, { cause: error })
  if (error.message.includes('is too big')) return new SqliteError('SQLITE_TOOBIG', 'string or blob too big', { cause: error })
  return error
}
