import { type MutationRecord, settledRecord } from './mutation-records.ts'
import type { PendingStore } from './pending-store.ts'

interface Entry {
  readonly position: number
  readonly record: MutationRecord
}

/**
 * The newest kept outcomes of one kind, as far back as anyone has asked for them. What has been read and decoded is not read
 * again, and stays the same object: a list that is read at each change costs what has changed.
 */
export class OutcomeWindow {
  readonly #store: PendingStore
  readonly #ok: boolean
  /** By seed, oldest first. */
  #entries = new Map<string, Entry>()
  /** The position of the newest entry: what has come since lies behind it. */
  #last = 0
  /** True if it holds all that there is. */
  #isWhole = false

  constructor(store: PendingStore, ok: boolean) {
    this.#store = store
    this.#ok = ok
  }

  /** At least the last `count`, if there are so many, oldest first. */
  newest(count: number): readonly Entry[] {
    if (this.#entries.size > 0) this.#follow()
    if (this.#entries.size < count && !this.#isWhole) this.#reachBack(count - this.#entries.size)
    return [...this.#entries.values()]
  }

  /** This one is gone, or has another outcome now. */
  forget(seed: string): void {
    const entry = this.#entries.get(seed)
    if (entry === undefined) return
    this.#entries.delete(seed)
    // A position that is free again is given out again.
    if (entry.position === this.#last) this.#last = Math.max(0, ...[...this.#entries.values()].map(({ position }) => position))
    this.#readAnewIfEmpty()
  }

  #follow(): void {
    for (const { position, ...settled } of this.#store.settledAfter(this.#ok, this.#last)) {
      this.#entries.set(settled.seed, { position, record: settledRecord(settled) })
      this.#last = position
    }
    const oldest = this.#store.oldest(this.#ok) ?? Number.POSITIVE_INFINITY
    for (const [seed, { position }] of this.#entries) {
      if (position >= oldest) break
      this.#entries.delete(seed)
    }
    this.#readAnewIfEmpty()
  }

  #reachBack(count: number): void {
    const [first] = this.#entries.values()
    const older = this.#store.settledBefore(this.#ok, first?.position ?? Number.MAX_SAFE_INTEGER, count)
    this.#isWhole = older.length < count
    const entries = older.map(({ position, ...settled }) => [settled.seed, { position, record: settledRecord(settled) }] as const)
    this.#entries = new Map([...entries, ...this.#entries])
    this.#last = Math.max(this.#last, older.at(-1)?.position ?? 0)
    this.#readAnewIfEmpty()
  }

  /** There is no entry to follow from. */
  #readAnewIfEmpty(): void {
    if (this.#entries.size > 0) return
    this.#isWhole = false
    this.#last = 0
  }
}
