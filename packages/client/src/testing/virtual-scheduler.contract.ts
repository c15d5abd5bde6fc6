import type { Scheduler } from '../connection/scheduler.ts'

interface Timer {
  readonly at: number
  readonly run: () => void
}

/** Time that moves only when told to. */
export class VirtualScheduler implements Scheduler {
  time = 1_000_000
  /** What `random` gives: the middle, unless set. */
  chance = 0.5
  /** What each look at the clock takes, for those who look while they work. */
  msPerLook = 0
  #ids = 0
  #timers = new Set<Timer>()
  #soon: (() => void)[] = []

  now(): number {
    this.time += this.msPerLook
    return this.time
  }

  after(ms: number, run: () => void): () => void {
    const timer = { at: this.time + ms, run }
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }

  soon(run: () => void): void {
    this.#soon.push(run)
  }

  random(): number {
    return this.chance
  }

  id(): string {
    return `id-${++this.#ids}`
  }

  /** Milliseconds until each timer that is set, soonest first. */
  get waits(): number[] {
    return [...this.#timers].map((timer) => timer.at - this.time).sort((a, b) => a - b)
  }

  /** Runs microtasks, and what was asked for soon, until nothing is left to do at this moment. */
  async settle(): Promise<void> {
    for (;;) {
      // More turns than any chain of promises here is long.
      for (let i = 0; i < 20; i++) await Promise.resolve()
      const soon = this.#soon
      if (soon.length === 0) return
      this.#soon = []
      for (const run of soon) run()
    }
  }

  /** Moves the time on, runs the timers that come due in their order, and settles after each. */
  async pass(ms: number): Promise<void> {
    const end = this.time + ms
    await this.settle()
    for (;;) {
      const [next] = [...this.#timers].filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)
      if (next === undefined) break
      this.#timers.delete(next)
      this.time = next.at
      next.run()
      await this.settle()
    }
    this.time = end
  }
}
