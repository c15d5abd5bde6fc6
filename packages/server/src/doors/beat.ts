/** Between two beats, in milliseconds. Proxies end answers that are quiet for a minute, some for half of one. */
export const BEAT_MS = 15_000

/** What is to be done now and then, driven from outside, so that it needs no timers of its own. */
export class Beat {
  readonly #tasks = new Set<() => void>()

  /** Calls `task` at each beat. Returns what ends it. */
  add(task: () => void): () => void {
    this.#tasks.add(task)
    return () => this.#tasks.delete(task)
  }

  beat(): void {
    for (const task of [...this.#tasks]) task()
  }
}
