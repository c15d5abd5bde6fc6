export const NO_LOCK = 0
const SHARED_LOCK = 1
export const RESERVED_LOCK = 2
const PENDING_LOCK = 3
const EXCLUSIVE_LOCK = 4

/** Raises a lock as SQLite's file locks go: many readers, one that is about to write, and no new reader once it waits for the rest to go. */
export function lockFile(own: { lock: number }, wanted: number, others: Iterable<{ readonly lock: number }>): boolean {
  if (own.lock >= wanted) return true
  let highest = NO_LOCK
  for (const { lock } of others) highest = Math.max(highest, lock)
  if (wanted === SHARED_LOCK) {
    if (highest >= PENDING_LOCK) return false
  } else {
    if (highest >= RESERVED_LOCK) return false
    if (wanted === EXCLUSIVE_LOCK && highest >= SHARED_LOCK) {
      own.lock = PENDING_LOCK
      return false
    }
  }
  own.lock = wanted
  return true
}
