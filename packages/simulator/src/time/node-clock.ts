import type { VirtualTime } from './virtual-time.ts'

/** When all worlds begin, in milliseconds since 1970. */
const EPOCH_MS = 1_750_000_000_000

/** What a machine's clock tells, which may be off, run fast or slow, and be set. */
export class NodeClock {
  readonly #time: VirtualTime
  readonly #rate: number
  #offset: number

  constructor(time: VirtualTime, { offsetMs, rate }: { readonly offsetMs: number; readonly rate: number } = { offsetMs: 0, rate: 1 }) {
    this.#time = time
    this.#rate = rate
    this.#offset = offsetMs
  }

  /** Milliseconds since 1970. */
  get now(): number {
    return EPOCH_MS + this.elapsed + this.#offset
  }

  /** Milliseconds since the start, as this machine counts them. */
  get elapsed(): number {
    return this.#time.now * this.#rate
  }

  /** Virtual milliseconds in which this machine counts so many. */
  real(ms: number): number {
    return ms / this.#rate
  }

  jump(ms: number): void {
    this.#offset += ms
  }
}
