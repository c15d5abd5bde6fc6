/** What a server tells its log. */
export type ServerEvent =
  | { readonly event: 'room-opened'; readonly room: string; readonly version: number }
  | { readonly event: 'room-closed'; readonly room: string }
  | { readonly event: 'room-failed'; readonly room: string; readonly error: unknown }
  | { readonly event: 'room-recovered'; readonly room: string; readonly version: number }
  | { readonly event: 'batch-committed'; readonly room: string; readonly from: number; readonly to: number }
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
