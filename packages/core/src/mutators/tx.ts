import type { SqlParams, SqlValue } from '../values/exact-value.ts'

/** What a write reports. */
export interface WriteResult {
  readonly changes: number
  readonly lastInsertRowid: number | bigint
}

/** A result row by column name. */
export type TxRow = { [column: string]: SqlValue }

/** Why this run happens: the call itself, a replay after the base moved, or the server's run, which counts. */
export type TxReason = 'optimistic' | 'rebase' | 'authoritative'

/**
 * What a mutator works with: the database as it stands, and values that are the same on every run of one mutation.
 * All of it is synchronous, and none of it works after the mutator has returned.
 *
 * SQL is one SELECT, INSERT, UPDATE, DELETE or REPLACE statement a call. Schema changes, PRAGMA, ATTACH, transaction
 * control and the engine's own tables are refused.
 */
export interface Tx<Auth = unknown> {
  /** The first row, or undefined. Give the row's type where you know it. */
  get<Row = TxRow>(sql: string, params?: SqlParams): Row | undefined
  all<Row = TxRow>(sql: string, params?: SqlParams): Row[]
  run(sql: string, params?: SqlParams): WriteResult

  readonly location: 'client' | 'server'
  readonly reason: TxReason
  /** On the server, what `authorize` returned for the pushing client; on the client, what the app gave as `auth`. */
  readonly auth: Auth
  readonly clientID: string
  readonly mutationID: number

  /** When the mutation was called, in milliseconds since 1970, as the server's clock allows it. */
  readonly now: number
  /** A number in [0, 1). The nth call gives the same number on every run of this mutation. */
  random(): number
  /**
   * A new ID of 21 URL-safe characters, the same on every run of this mutation. It cannot be guessed before the call, but
   * who knows one ID of a mutation can work out its others: it is no secret.
   */
  id(): string

  /** Rejects the mutation: nothing of it is kept, and its handle tells `code` and `message`. */
  reject(code: string, message?: string): never
}
