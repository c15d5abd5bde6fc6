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

/** One life of a program on a machine. What it has asked for does not happen any more once it has ended. */
export class Process {
  readonly #time: VirtualTime
  readonly #clock: NodeClock
  #isAlive = true

  constructor(time: VirtualTime, clock: NodeClock) {
    this.#time = time
    this.#clock = clock
  }

  get isAlive(): boolean {
    return this.#isAlive
  }

  end(): void {
    this.#isAlive = false
  }

  /** @param ms on this machine's clock */
  after(ms: number, run: () => void): () => void {
    return this.#time.after(this.#clock.real(Math.max(0, ms)), () => this.run(run))
  }

  /** Lets the program go on, if it is still there. What it throws after having been killed meanwhile is nobody's error. */
  run(work: () => void): void {
    if (!this.#isAlive) return
    try {
      work()
    } catch (error) {
      if (this.#isAlive) throw error
    }
  }
}
