import type { Patch } from '@savepoint/core'
import type { Digest, MutationRunResult, ReplayOptions, ReplayResult, RunRequest } from '@savepoint/sqlite'

/**
 * Guesses on top of a base, in one database: what readers see is the base plus everything run since.
 *
 * All throw StorageFailure if the database fails; what has been run is then undone, and the base is as it was.
 */
export interface Speculation {
  /** Runs a mutation on top of what was run before. One that fails leaves nothing behind. */
  run(request: RunRequest): MutationRunResult
  /** Runs mutations in order; see `SyncedDatabase.runAll`. */
  runAll(requests: readonly RunRequest[], options: ReplayOptions): ReplayResult[]
  /**
   * Puts changes on top of what was run before, as if they had been run. No foreign key may have to act on them.
   * @returns by what the digest of what readers see changes
   */
  apply(patch: Patch): Digest
  /**
   * Undoes all that was run, then makes `work` part of the base; if it throws, the base is as it was.
   *
   * @param patches what `work` is going to apply
   */
  commitBase<T>(work: () => T, patches: readonly Patch[]): T
  /** Undoes all that was run. */
  undo(): void
  /** Makes all that was run part of the base as it stands, together with `work`. */
  promote(work: () => void): void
}
