import { setTimeout as wait } from 'node:timers/promises'

/** Time that runs `speed` times as fast as the machine's, from 0 at the start. All in milliseconds. */
export class SimulatedClock {
  readonly speed: number
  readonly #startedAt = performance.now()

  constructor(speed: number) {
    this.speed = speed
  }

  now(): number {
    return (performance.now() - this.#startedAt) * this.speed
  }

  /** @throws (rejects) AbortError if the signal aborts */
  async until(time: number, signal: AbortSignal): Promise<void> {
    await wait(Math.max(0, time - this.now()) / this.speed, undefined, { signal })
  }
}
