import type { Outcome } from '@savepoint/core'

/** A mutation that has no outcome yet, or whose outcome the base on disk does not hold yet. */
export interface PendingMutation {
  readonly mutationID: number
  readonly name: string
  /** Encoded (see `encodeData`). */
  readonly args: string
  readonly createdAt: number
  readonly seed: string
}

/** A mutation that has its outcome, as it is kept for the app to look at. */
export interface SettledMutation {
  readonly name: string
  readonly args: string
  readonly createdAt: number
  readonly seed: string
  readonly outcome: Outcome
}

/**
 * What another client has made of a mutation. `sent`: its outcome is not known. `cancelled`: it was taken back, and is to leave
 * no trace.
 */
export type Fate = Outcome | 'sent' | 'cancelled'
