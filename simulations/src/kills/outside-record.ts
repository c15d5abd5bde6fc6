import type { Mark } from './ledger-app.ts'

type Heard = 'confirmed' | 'refused'

/** What was called and what was heard, written down beside client and server. */
export class OutsideRecord {
  readonly calls = new Map<string, Mark>()
  readonly heard = new Map<string, Heard>()
  readonly problems: string[] = []
  /** From a kill until the next process listens, in milliseconds. */
  readonly restartsMs: number[] = []
  /** From a kill to the first outcome that the next process tells, in milliseconds. */
  readonly recoveriesMs: number[] = []
  #killedAt: number | undefined
  #isUp = true
  readonly #listeners: (() => void)[] = []

  call(mark: Mark): void {
    this.calls.set(mark.id, mark)
  }

  /** An outcome that a client told; with the time, if it told it just now. */
  hear(id: string, heard: Heard, now?: number): void {
    const before = this.heard.get(id)
    if (before !== undefined && before !== heard) this.problems.push(`${id} was ${before}, and later ${heard}`)
    if (now !== undefined && this.#isUp && this.#killedAt !== undefined) {
      this.recoveriesMs.push(now - this.#killedAt)
      this.#killedAt = undefined
    }
    this.heard.set(id, heard)
    if (now !== undefined && this.#isUp) for (const listener of this.#listeners.splice(0)) listener()
  }

  /** Resolves when the process that is up tells an outcome. */
  outcome(): Promise<void> {
    return new Promise((resolve) => this.#listeners.push(resolve))
  }

  kill(now: number): void {
    this.#killedAt = now
    // What it sent before may still arrive.
    this.#isUp = false
  }

  /** The server listens again. */
  up(now: number): void {
    this.#isUp = true
    if (this.#killedAt !== undefined) this.restartsMs.push(now - this.#killedAt)
  }
}
