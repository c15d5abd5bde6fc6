import type { BindValue, ExactValue, SqlParams, SqlValue } from '@savepoint/core'

/** A row of an ordinary read, by column name. */
export type ResultRow = { [column: string]: SqlValue }

/** What a write reports. `lastInsertRowid` is the connection's last, whichever statement set it. */
export interface RunResult {
  readonly changes: number
  readonly lastInsertRowid: number | bigint
}

/** One prepared statement. All calls are synchronous and leave it reset, also when they throw. */
export interface Statement {
  readonly sql: string
  /** True if running it cannot change the database (`sqlite3_stmt_readonly`). */
  readonly readonly: boolean
  /** Column names of the result; empty if it returns no rows. */
  readonly columns: readonly string[]
  /** Runs to completion; rows, if any (RETURNING), are stepped through and dropped. */
  run(params?: SqlParams): RunResult
  /** The first row, or undefined. A writing statement (RETURNING) is still run to completion. */
  get(params?: SqlParams): ResultRow | undefined
  all(params?: SqlParams): ResultRow[]
  /** All rows as arrays of exact values, in column order: what capture, digest and snapshots read. */
  exact(params?: SqlParams): ExactValue[][]
  /** Frees it. Calling anything afterwards throws; finalizing twice is harmless. */
  finalize(): void
}

/**
 * One SQLite connection, driven synchronously. Two engines stand behind it (better-sqlite3 and wa-sqlite) and the
 * contract suite in `driver.contract.ts` holds them to the same behaviour.
 *
 * A connection opens with `foreign_keys` ON and `recursive_triggers` OFF, and takes double quotes for names alone.
 *
 * Errors from SQLite are thrown as {@link SqliteError}; so is misuse (`SQLITE_MISUSE`). Parameters of the wrong number, or
 * unknown or missing by name, or beyond 64 bits are RangeErrors; values that cannot be bound are TypeErrors.
 */
export interface Driver {
  readonly engine: string
  /** True between BEGIN and COMMIT or ROLLBACK (`!sqlite3_get_autocommit`). */
  readonly inTransaction: boolean
  /** Runs any number of statements, without parameters or results. */
  exec(sql: string): void
  /**
   * Prepares exactly one statement.
   * @throws SqliteError if the text holds none, or more than one.
   */
  prepare(sql: string): Statement
  /**
   * Makes `fn` callable from SQL on this connection, with any number of arguments. It may not run SQL. An exception
   * from it fails the statement, with its message.
   */
  defineFunction(name: string, fn: (...args: ExactValue[]) => BindValue): void
  /**
   * Calls `read`, whose statements may only read, and stops them when `isOver` says so, which is asked some ten thousand times
   * a second. What the transaction around it has written stays. A sort that has begun is not stopped. Left out by an
   * engine that cannot do it: better-sqlite3 has no call for it.
   *
   * @throws Interrupted
   */
  interruptible?<T>(isOver: () => boolean, read: () => T): T
  /** The whole database as the bytes of a SQLite file. Throws inside a transaction. */
  serialize(): Uint8Array
  /** Closes the connection, rolling back what is open. Closing twice is harmless. */
  close(): void
}
