export const NO_LOCK = 0
const SHARED_LOCK = 1
export const RESERVED_LOCK = 2
const PENDING_LOCK = 3
const EXCLUSIVE_LOCK = 4

/** What one connection holds of a file. */
export interface LockHolder {
  lock: number
}

/**
 * Raises a lock by SQLite's rules: any number read; one of those may be about to write; it writes once nobody else reads, and while it
 * waits for that, nobody begins to.
 *
 * @returns false if others are in the way
 */
export function raiseLock(own: LockHolder, wanted: number, others: readonly LockHolder[]): boolean {
  if (own.lock >= wanted) return true
  const highest = Math.max(NO_LOCK, ...others.map(({ lock }) => lock))
  if (highest >= (wanted === SHARED_LOCK ? PENDING_LOCK : RESERVED_LOCK)) return false
  const mustWait = wanted === EXCLUSIVE_LOCK && highest >= SHARED_LOCK
  own.lock = mustWait ? PENDING_LOCK : wanted
  return !mustWait
}
