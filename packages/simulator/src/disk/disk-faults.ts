type Operation = 'write' | 'sync'

/** Counts a disk's writes and flushes, and tells which of them fail. */
export class DiskFaults {
  readonly #done = { write: 0, sync: 0 }
  #due: { readonly operation: Operation; readonly from: number; readonly to: number }[] = []
  /** True while nothing more fits. */
  isFull = false
  /** True while the simulation itself is at the disk: nothing fails then, and nothing is counted. */
  isPaused = false

  /** True if nothing is left that is to fail. */
  get isSpent(): boolean {
    return this.#due.length === 0
  }

  fail(operation: Operation, nth: number, times: number): void {
    const from = this.#done[operation] + Math.max(1, nth)
    if (times > 0) this.#due.push({ operation, from, to: from + times })
  }

  mend(): void {
    this.#due = []
    this.isFull = false
  }

  /** Counts one, and tells whether it fails. */
  next(operation: Operation): boolean {
    if (this.isPaused) return false
    const count = ++this.#done[operation]
    if (this.#due.length === 0) return false
    const fails = this.#due.some((due) => due.operation === operation && due.from <= count && count < due.to)
    this.#due = this.#due.filter((due) => due.operation !== operation || count < due.to - 1)
    return fails
  }
}
