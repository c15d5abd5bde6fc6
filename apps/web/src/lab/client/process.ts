import type { Scheduler } from '@savepoint/client'
import type { LabClock } from '../time/lab-clock.ts'

/** Timers, clock and chance of one run of a client, on the lab's time. Once it is killed, nothing of it runs any more. */
export class Process implements Scheduler {
  readonly #clock: LabClock
  readonly #startedAt: number
  #isAlive = true

  /** @param startedAt when the lab's time began, in milliseconds since 1970 */
  constructor(clock: LabClock, startedAt: number) {
    this.#clock = clock
    this.#startedAt = startedAt
  }

  get isAlive(): boolean {
    return this.#isAlive
  }

  kill(): void {
    this.#isAlive = false
  }

  now(): number {
    return this.#startedAt + this.#clock.now()
  }

  after(ms: number, run: () => void): () => void {
    return this.#clock.after(ms, () => this.#run(run))
  }

  soon(run: () => void): void {
    queueMicrotask(() => this.#run(run))
  }

  random(): number {
    return Math.random()
  }

  id(): string {
    return crypto.randomUUID()
  }

  #run(run: () => void): void {
    if (this.#isAlive) run()
  }
}
