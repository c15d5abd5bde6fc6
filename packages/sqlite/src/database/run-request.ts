import type { MutationFailure, RowChange, TxReason } from '@savepoint/core'
import type { StatementsRun } from './statement-dependencies.ts'

/** One run of a mutation, as the client's replica or the server's room asks for it. */
export interface RunRequest {
  readonly clientID: string
  readonly mutationID: number
  readonly name: string
  /** Encoded arguments (see `encodeData`). */
  readonly args: string
  readonly seed: string
  /** Milliseconds since 1970: what `tx.now` tells. */
  readonly now: number
  readonly location: 'client' | 'server'
  readonly reason: TxReason
  readonly auth: unknown
}

/**
 * What a run did. `value` is the mutator's return value, encoded; `changes` are net, one for each row. `ran` is what it did so with, be it
 * done or failed; on a server it is empty.
 */
export type MutationRunResult = Run<readonly RowChange[]>

/** What a run did whose changes nobody may have asked for. */
export type ReplayResult = Run<readonly RowChange[] | undefined>

type Run<Changes> = { readonly ran: StatementsRun } & (
  | { readonly ok: true; readonly value: string; readonly changes: Changes }
  | { readonly ok: false; readonly failure: MutationFailure }
)

/** How `SyncedDatabase.runAll` treats each mutation, by its index. */
export interface ReplayOptions {
  /** True for mutations that failed before: they get a savepoint of their own at once. */
  mayFail(index: number): boolean
  /** False for mutations whose changes are not asked for. */
  isObserved(index: number): boolean
  /** Is told of each run before it starts; of one that runs again, too. */
  started?(index: number): void
}
