import { type Rate, TokenBucket } from './token-bucket.ts'

/** Buckets that are kept before those are let go that are full again, which a new one could stand for. */
const BUCKETS_KEPT = 10_000

/** What a frame counts at least, in characters: that it comes at all is work. */
const FRAME_LENGTH_MIN = 100

/** How much each visitor sends, by identity: on more lines, and after coming back, they are the same. */
export class RateLimiter {
  readonly #rate: Rate
  readonly #elapsed: () => number
  readonly #buckets = new Map<string, TokenBucket>()

  constructor(rate: Rate, elapsed: () => number) {
    this.#rate = rate
    this.#elapsed = elapsed
  }

  /**
   * Counts a frame of this length. Returns for how many milliseconds no more is to be read.
   * @param own the line's, if it is of nobody in particular
   */
  take(identity: string, own: TokenBucket | null, length: number): number {
    const bucket = own ?? this.#bucketOf(identity)
    return bucket.take(Math.max(FRAME_LENGTH_MIN, length), this.#elapsed())
  }

  /** For one line. Null if its identity has a bucket, which all of its lines take from. */
  ownBucket(identity: string): TokenBucket | null {
    return identity === '' ? this.#newBucket() : null
  }

  #bucketOf(identity: string): TokenBucket {
    const known = this.#buckets.get(identity)
    if (known !== undefined) return known
    if (this.#buckets.size >= BUCKETS_KEPT) this.#prune()
    const bucket = this.#newBucket()
    this.#buckets.set(identity, bucket)
    return bucket
  }

  #newBucket(): TokenBucket {
    return new TokenBucket(this.#rate, this.#elapsed())
  }

  #prune(): void {
    const now = this.#elapsed()
    for (const [identity, bucket] of this.#buckets) if (bucket.isFull(now)) this.#buckets.delete(identity)
  }
}
