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

/** Counters that are there from the start; nine calls in ten meet one of them. */
const COUNTERS = 1000
const NEW_EVERY = 10

/** Commits the counters that are there from the start. */
export async function fillCounters(commits: Commits): Promise<void> {
  await commits.prepare(Array.from({ length: COUNTERS }, (_, i) => ({ name: `counter-${i}`, by: 1 })))()
}

/** The calls of the nth batch, the same for each variant. */
export function callsOf(batch: number, n: number): AddArgs[] {
  return Array.from({ length: batch }, (_, i) => {
    const call = n * batch + i
    return { name: call % NEW_EVERY === 0 ? `new-${batch}-${call}` : `counter-${(call * 7919) % COUNTERS}`, by: 1 }
  })
}
