import type { NodeClock } from './node-clock.ts'
import type { VirtualTime } from './virtual-time.ts'

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
