import type { ServerWorld } from '../create-server.ts'

interface Timer {
  readonly at: number
  readonly task: () => void
}

/** A world whose clocks stand still until they are moved, and whose IDs are counted. */
export class TestWorld implements ServerWorld {
  time = 1_700_000_000_000
  #elapsed = 0
  #ids = 0
  #timers: Timer[] = []

  now(): number {
    return this.time
  }

  elapsed(): number {
    return this.#elapsed
  }

  id(): string {
    return `id-${++this.#ids}`
  }

  schedule(task: () => void): void {
    setImmediate(task)
  }

  after(ms: number, task: () => void): () => void {
    const timer = { at: this.#elapsed + ms, task }
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer)
    }
  }

  /** Moves the clocks, and runs what is due by then. */
  advance(ms: number): void {
    this.time += ms
    this.#elapsed += ms
    const due = this.#timers.filter(({ at }) => at <= this.#elapsed)
    this.#timers = this.#timers.filter(({ at }) => at > this.#elapsed)
    for (const { task } of due) task()
  }
}
