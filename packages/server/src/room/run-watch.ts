import type { MutationFailure } from '@savepoint/core'

/** By what a mutation is known, whoever sends it again. */
export interface MutationKey {
  readonly clientID: string
  readonly mutationID: number
  readonly seed: string
}

/**
 * Is told which of an app's code runs now, so that somebody outside can end what does not end by itself; and says which mutations were
 * ended so before, and are not to run again.
 */
export interface RunWatch {
  /** These mutations of a room are about to run, one after the other. */
  running(room: string, mutations: readonly MutationKey[]): void
  /** The mutation of this index starts. */
  started(index: number): void
  /** The app's work after the commit of this mutation starts. */
  afterCommit(room: string, mutation: Omit<MutationKey, 'seed'>): void
  /** None of the app's code runs. */
  done(): void
  /** Why this mutation is not to run; undefined if it may. */
  condemned(room: string, mutation: MutationKey): MutationFailure | undefined
}
