/** Notes how long the page's main thread is blocked at a time, where that is 50 ms and more: less is no long task to a browser. */
export class LongTasks {
  readonly #observer: PerformanceObserver
  #durations: number[] = []

  /** @param since when the page began to load, or only from now on */
  constructor(since: 'load' | 'now') {
    this.#observer = new PerformanceObserver((list) => this.#take(list.getEntries()))
    this.#observer.observe({ type: 'longtask', buffered: since === 'load' })
  }

  /** Milliseconds of each. */
  async end(): Promise<number[]> {
    // A task is told of after it has ended, in another.
    await new Promise((resolve) => setTimeout(resolve, 50))
    this.#take(this.#observer.takeRecords())
    this.#observer.disconnect()
    return this.#durations
  }

  #take(entries: readonly PerformanceEntry[]): void {
    this.#durations.push(...entries.map(({ duration }) => duration))
  }
}
