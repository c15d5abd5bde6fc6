import type { JournalLine } from './journal.ts'

type Heard = 'confirmed' | 'refused'

interface Call {
  readonly id: string
  readonly room: string
  readonly client: string
  readonly n: number
  /** The server is to reject it. */
  readonly refused: boolean
  readonly lasts: boolean
  isDurable: boolean
  /** Nobody promised anything of it: its client was killed before it was durable. */
  isForgiven: boolean
}

/** What was called and what was heard, written down beside client and server. */
export class OutsideRecord {
  readonly calls = new Map<string, Call>()
  readonly heard = new Map<string, Heard>()
  readonly problems: string[] = []
  reopened = 0
  /** From a kill until the next process listens, in milliseconds. */
  readonly restartsMs: number[] = []
  /** From a kill to the first outcome that the next process tells, in milliseconds. */
  readonly recoveriesMs: number[] = []
  #killedAt: number | undefined
  #isUp = true
  readonly #listeners: (() => void)[] = []

  /** @param now in milliseconds */
  write(line: JournalLine, now: number): void {
    switch (line.type) {
      case 'called':
        this.calls.set(line.id, { ...line, isDurable: false, isForgiven: false })
        return
      case 'durable': {
        const call = this.calls.get(line.id)
        if (call?.lasts) call.isDurable = true
        return
      }
      case 'heard':
        return this.#hear(line.id, line.heard, line.isNews ? now : undefined)
      case 'reopened':
        this.reopened++
        return
      case 'problem':
        this.problems.push(line.text)
    }
  }

  /** Clients were killed: what they had not yet saved may be gone, or may not. */
  forgive(clients: ReadonlySet<string>): void {
    for (const call of this.calls.values()) {
      if (clients.has(call.client) && !call.isDurable && !this.heard.has(call.id)) call.isForgiven = true
    }
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

  #hear(id: string, heard: Heard, now: number | undefined): void {
    const before = this.heard.get(id)
    if (before !== undefined && before !== heard) this.problems.push(`${id} was ${before}, and later ${heard}`)
    this.heard.set(id, heard)
    if (now === undefined || !this.#isUp) return
    if (this.#killedAt !== undefined) this.recoveriesMs.push(now - this.#killedAt)
    this.#killedAt = undefined
    for (const listener of this.#listeners.splice(0)) listener()
  }
}
