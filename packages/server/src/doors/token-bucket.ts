/** How fast it fills, and how much it holds. */
export interface Rate {
  readonly perSecond: number
  readonly burst: number
}

/**
 * What somebody may take, filled at a steady rate up to a burst. It may be overdrawn: whoever has taken more than there was waits
 * until it is paid back.
 */
export class TokenBucket {
  readonly #rate: Rate
  #level: number
  #at: number

  /** @param now milliseconds of a clock that only goes up */
  constructor(rate: Rate, now: number) {
    this.#rate = rate
    this.#level = rate.burst
    this.#at = now
  }

  /** Returns for how many milliseconds nothing more is to be taken. */
  take(count: number, now: number): number {
    const { perSecond, burst } = this.#rate
    this.#level = Math.min(burst, this.#level + ((now - this.#at) * perSecond) / 1000) - count
    this.#at = now
    return this.#level >= 0 ? 0 : Math.ceil((-this.#level * 1000) / perSecond)
  }

  /** True if it is as a new one would be. */
  isFull(now: number): boolean {
    this.take(0, now)
    return this.#level >= this.#rate.burst
  }
}
