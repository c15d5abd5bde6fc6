import type { ReplicaStorage } from './storage.ts'

/**
 * Tells what of the queue survives a crash, on a storage where a COMMIT does not say so itself: the server is told to
 * forget an outcome, and is sent a mutation under a new ID, only when a copy of the queue has both.
 */
export class FlushWatch {
  readonly #storage: ReplicaStorage
  readonly #changed: (error?: unknown) => void
  #kept: number
  #isStale = false
  /** Raised when IDs come to mean other mutations: what was flushed before says nothing of them. */
  #numbering = 0

  /** @param changed called when more has been flushed, or could not be, with why */
  constructor(storage: ReplicaStorage, kept: number, changed: (error?: unknown) => void) {
    this.#storage = storage
    this.#kept = kept
    this.#changed = changed
  }

  /** Outcomes up to this mutationID survive a crash. */
  get kept(): number {
    return this.#kept
  }

  /** True if after a crash the queue may have other IDs than now. */
  get isStale(): boolean {
    return this.#isStale
  }

  /** Outcomes are known up to this mutationID only, and the queue has other IDs if `renumbered`. */
  moved(confirmed: number, renumbered: boolean): void {
    this.#kept = Math.min(this.#kept, confirmed)
    if (!renumbered) return
    this.#numbering++
    this.#isStale = true
  }

  /** The queue as it is now was committed, with outcomes up to `kept`. Undefined if it survives a crash already. */
  committed(kept: number): Promise<void> | undefined {
    if (this.#storage.flushed === undefined) {
      this.#reached(kept)
      return undefined
    }
    const numbering = this.#numbering
    const flushed = this.#storage.flushed()
    flushed.then(
      () => {
        if (numbering !== this.#numbering) return
        this.#reached(Math.max(this.#kept, kept))
        this.#changed()
      },
      (error) => this.#changed(error ?? new Error('What was committed could not be flushed.')),
    )
    return flushed
  }

  #reached(kept: number): void {
    this.#kept = kept
    this.#isStale = false
  }
}
