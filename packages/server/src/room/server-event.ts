import type { ErrorCode, MutationFailure } from '@savepoint/core'

/** Why a line ended. */
export type LineEnd = ErrorCode | 'gone' | 'slow'

/** A batch that is durable, and what became of what it held. Its mutations' arguments and results are not told. */
export interface BatchCommitted {
  readonly event: 'batch-committed'
  readonly room: string
  /** The versions before and after it. */
  readonly from: number
  readonly to: number
  /** When it began, in milliseconds since 1970. */
  readonly at: number
  readonly confirmed: number
  /** Those that had no effect, by why. */
  readonly failed: { readonly [reason in MutationFailure['reason']]?: number }
  /** Sent before, and answered again. */
  readonly repeated: number
  /** Those that their client may not send, which ends its line. */
  readonly refused: number
  /** Clients whose new mutations it held. */
  readonly clients: number
  /** Characters of what the log has of it: arguments, changes and outcomes. */
  readonly logLength: number
  /** Milliseconds that its first mutation had waited when it began, and from there to its being durable. 0 on a platform without a stopwatch. */
  readonly waitMs: number
  readonly commitMs: number
  /** Those that are traced, and the first of those that had no effect. */
  readonly mutations: readonly MutationNote[]
}

/** One mutation, by name and fate. */
export interface MutationNote {
  readonly clientID: string
  readonly mutationID: number
  readonly name: string
  readonly version: number
  readonly failure?: Pick<MutationFailure, 'reason' | 'code'>
  /** As its client sent it. */
  readonly trace?: string
}

/** What a server tells its log: plain data, but for errors. */
export type ServerEvent =
  | { readonly event: 'room-opened'; readonly room: string; readonly version: number }
  | { readonly event: 'room-closed'; readonly room: string }
  | { readonly event: 'room-failed'; readonly room: string; readonly error: unknown }
  | { readonly event: 'room-recovered'; readonly room: string; readonly version: number }
  /** The room's log could not be given a copy of the database, by which recovery would be shorter. What is committed stands. */
  | { readonly event: 'snapshot-failed'; readonly room: string; readonly error: unknown }
  | BatchCommitted
  /** All lines were sent what is new: how many, how many characters, and in how many milliseconds. */
  | {
      readonly event: 'batch-poked'
      readonly room: string
      readonly to: number
      readonly lines: number
      readonly length: number
      readonly pokeMs: number
    }
  | { readonly event: 'line-opened'; readonly room: string }
  /** `reason` is the code that its client was told, `gone` if the client went, `slow` if it was cut off. `clientID` is null if it has not said hello. */
  | {
      readonly event: 'line-closed'
      readonly room: string
      readonly clientID: string | null
      readonly reason: LineEnd
    }
  /** A door did not let a request or a socket in, or has ended a line that it had let in, and told it this code. */
  | { readonly event: 'refused'; readonly code: ErrorCode }
  | { readonly event: 'client-cut'; readonly room: string; readonly bufferedBytes: number }
  /** The disk is below the mark, and no pushes are taken; or it is above it again. */
  | { readonly event: 'disk-low' | 'disk-roomy'; readonly freeBytes: number }
  /** A thread of rooms runs, for the first time or again. */
  | { readonly event: 'thread-started'; readonly thread: number }
  /**
   * A thread was ended, or has died. Its rooms are opened again in a new one; `rooms` were open. `mutation` is what it ran, or what
   * the work after a commit was for.
   */
  | {
      readonly event: 'thread-ended'
      readonly thread: number
      readonly reason: 'mutator-timeout' | 'after-commit-timeout' | 'out-of-memory' | 'error'
      readonly rooms: readonly string[]
      readonly mutation?: { readonly room: string; readonly clientID: string; readonly mutationID: number }
      readonly error?: unknown
    }
  /** A thread cannot be ended, as a query in it does not end. The room is refused until it does; the process should be restarted. */
  | { readonly event: 'thread-stuck'; readonly thread: number; readonly room: string }
  /** The query has ended, and the thread with it. */
  | { readonly event: 'thread-freed'; readonly thread: number; readonly room: string }
  /** What the app does after a commit has thrown; the commit stands. */
  | { readonly event: 'after-commit-failed'; readonly room: string; readonly error: unknown }
  /** A request or a socket was refused for a reason that is not the client's. */
  | { readonly event: 'request-failed'; readonly error: unknown }
