import type { EncodedOutcome } from '@savepoint/core'

/** What may be answered at once or later. */
export type MaybePromise<T> = T | Promise<T>

/** One processed mutation. Every entry raises the room's version by one; a rejected mutation has no changes. */
export interface LogEntry {
  readonly version: number
  readonly clientID: string
  readonly mutationID: number
  readonly seed: string
  readonly name: string
  /** Encoded arguments (see `encodeData`). */
  readonly args: string
  /** JSON text of a `WirePatch`. */
  readonly changes: string
  /** JSON text of an `Outcome`. */
  readonly outcome: string
  /** The identity of the pushing client. */
  readonly author: string
  /** Milliseconds since 1970 on the server's clock. */
  readonly at: number
  /** Of the room's content at `version`, if a batch ended there; clients are at no other version. Else empty. */
  readonly digest: string
  /** The version of this client's mutation before, 0 if this is its first: a way to its outcomes without an index. */
  readonly previous: number
}

/** Where a log stands. */
export interface LogHead {
  readonly epoch: string
  /** Of the last entry; 0 if there is none yet. */
  readonly version: number
  /** Changes after this version are all there. */
  readonly floor: number
}

/** A room's whole database at a version, engine tables but the log included: what a lost local file is rebuilt from. */
export interface LogSnapshot {
  readonly version: number
  readonly image: Uint8Array
}

/** Another owner has claimed the room, so this one may append no more. */
export class FencedError extends Error {
  override readonly name = 'FencedError'
  constructor() {
    super('Another server has claimed this room. Nothing was appended; claim it again to go on.')
  }
}

/**
 * The room's history, and the point of truth: a mutation has happened once its entry is appended, and the room's own
 * database is a copy that can be made anew from a snapshot and the log.
 *
 * An `append` that throws may have happened or not. The room then takes back what it ran, answers nobody, claims anew,
 * and learns from the head which it was.
 */
export interface RoomLog {
  /** Takes the room over: whoever claimed it before is fenced. `fresh` becomes the epoch of a log that is new. */
  claim(fresh: string): MaybePromise<LogHead>
  /**
   * Appends entries that follow on from the head, all or none, durably.
   * @throws FencedError if another owner has claimed the room since
   */
  append(entries: readonly LogEntry[]): MaybePromise<void>
  /**
   * Entries after one version and up to another, in order: as many of the first as are sensible to hold in memory, and at
   * least one. Null if changes in that range have been cut.
   */
  read(after: number, to: number): MaybePromise<readonly LogEntry[] | null>
  /** A client's outcomes after a mutationID, up to a version, in order; those that it has confirmed may be missing. */
  outcomes(clientID: string, after: number, to: number): MaybePromise<readonly EncodedOutcome[]>
  /**
   * Raises the floor to `floor`, or some of the way. Entries at or below it go, except that the outcomes which a client has
   * not confirmed stay, without arguments and changes. Never above what a snapshot replaces.
   * @returns the floor as it is now
   */
  truncate(floor: number, acked: (clientID: string) => number): MaybePromise<number>
  /** True when what was appended since the last snapshot makes recovery long: the room gives it a new one. Left out by who needs none. */
  readonly wantsSnapshot?: boolean
  /** The newest snapshot, or null if the log reaches back to the start, or the database is the log's own. */
  snapshot(): MaybePromise<LogSnapshot | null>
  saveSnapshot(snapshot: LogSnapshot): MaybePromise<void>
}
