import type { Door } from './system.ts'

/** What has arrived waits in it until it is let in. */
export class Mailbox implements Door {
  #waiting: (() => void)[] = []
  #heard = () => {}

  /** Something has come, which `take` hands over. */
  put(take: () => void): void {
    this.#waiting.push(take)
    this.#heard()
  }

  async arrived(): Promise<void> {
    while (this.#waiting.length === 0) await new Promise<void>((resolve) => (this.#heard = resolve))
  }

  letIn(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const take of waiting) take()
  }
}
