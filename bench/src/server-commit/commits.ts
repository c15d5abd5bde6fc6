import type { AddArgs } from '../apps/counters.ts'

/** What can commit batches of calls of `add`. */
export interface Commits {
  /** Makes a batch ready, up to where the measured work begins. Returns that work. */
  prepare(batch: readonly AddArgs[]): () => void | Promise<void>
  close(): void | Promise<void>
}

/** The fields of a mutation that `add` has not. */
export const CREATED_AT = 1_700_000_000_000
export const seedOf = (mutationID: number): string => `seed-of-mutation-${mutationID}`
