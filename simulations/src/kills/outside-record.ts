import type { Mark } from './ledger-app.ts'

type Heard = 'confirmed' | 'refused'

/** What was called and what was heard, written down beside client and server. */
export class OutsideRecord {
  readonly calls = new Map<string, Mark>()
  readonly heard = new Map<string, Heard>()
  readonly problems: string[] = []
  /** From each kill to the first outcome that comes from the server after it, in milliseconds. */
  readonly recoveriesMs: number[] = []
  #killedAt: number | undefined
  #isUp = true

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
  }

  /** A server that is killed again before anyone heard of it has been down since the first time. */
  kill(now: number): void {
    this.#killedAt ??= now
    // What it sent before may still arrive.
    this.#isUp = false
  }

  /** The server listens again. */
  up(): void {
    this.#isUp = true
  }
}
