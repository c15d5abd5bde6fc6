/** Runs after a failure for which a mutator counts as one that may fail. */
const MEMORY_RUNS = 200

/** Names remembered: clients may push any. */
const NAMES_MAX = 1000

/**
 * Which mutators have failed lately. These run under savepoints of their own; others share one, which is cheaper as long as
 * none fails.
 */
export class RecentFailures {
  /** Runs that are left of the memory, by name. */
  readonly #names = new Map<string, number>()

  has(name: string): boolean {
    return this.#names.size > 0 && this.#names.has(name)
  }

  note(name: string, ok: boolean): void {
    if (!ok) {
      if (this.#names.size >= NAMES_MAX) this.#names.clear()
      this.#names.set(name, MEMORY_RUNS)
    } else if (this.#names.size > 0) {
      const left = this.#names.get(name)
      if (left === 1) this.#names.delete(name)
      else if (left !== undefined) this.#names.set(name, left - 1)
    }
  }
}
