/** Who wants to hear of something. One that throws stops neither the others nor who tells. */
export class Listeners {
  readonly #entries = new Set<() => void>()

  get size(): number {
    return this.#entries.size
  }

  /** Returns what ends it, which tells whether it had not ended before. */
  add(listener: () => void): () => boolean {
    // Its own function, so that one listener may come twice.
    const entry = () => listener()
    this.#entries.add(entry)
    return () => this.#entries.delete(entry)
  }

  /** Calls all that are there now. */
  tell(report: (error: unknown) => void): void {
    for (const listener of [...this.#entries]) {
      try {
        listener()
      } catch (error) {
        report(error)
      }
    }
  }

  clear(): void {
    this.#entries.clear()
  }
}
