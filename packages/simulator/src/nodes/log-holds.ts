/** Whether what is asked of a log is held up before it is done, or its answer after it was. */
type Held = 'before' | 'after'

/** What holds up a log on another machine, for a while each. */
export class LogHolds {
  readonly #holds = new Set<{ readonly held: Held; readonly over: Promise<void> }>()

  /** From now on until what is returned is called. */
  add(held: Held): () => void {
    let end = () => {}
    const over = new Promise<void>((resolve) => {
      end = resolve
    })
    const hold = { held, over }
    this.#holds.add(hold)
    return () => {
      this.#holds.delete(hold)
      end()
    }
  }

  has(held: Held): boolean {
    return [...this.#holds].some((hold) => hold.held === held)
  }

  /** Resolves when none of these is left. */
  async over(...kinds: readonly Held[]): Promise<void> {
    for (;;) {
      const hold = [...this.#holds].find(({ held }) => kinds.includes(held))
      if (hold === undefined) return
      await hold.over
    }
  }
}
