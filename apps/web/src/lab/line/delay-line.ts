import type { LabClock } from '../time/lab-clock.ts'

interface UnderWay {
  readonly due: number
  readonly cancel: () => void
}

/** One direction of a line: what goes in comes out later, in the same order, also when the delay changes. */
export class DelayLine {
  readonly #clock: LabClock
  readonly #delayMs: () => number
  #underWay: readonly UnderWay[] = []
  #isCut = false

  constructor(clock: LabClock, delayMs: () => number) {
    this.#clock = clock
    this.#delayMs = delayMs
  }

  /** Returns when it arrives, in the lab's time. Without a delay it arrives before this returns. */
  deliver(arrive: () => void, isSeen: boolean): number {
    const now = this.#clock.now()
    if (this.#isCut) return now
    const due = Math.max(now + this.#delayMs(), this.#underWay.at(-1)?.due ?? now)
    if (due <= now && this.#underWay.length === 0) {
      arrive()
      return now
    }
    const cancel = this.#clock.after(
      due - now,
      () => {
        this.#underWay = this.#underWay.slice(1)
        arrive()
      },
      isSeen,
    )
    this.#underWay = [...this.#underWay, { due, cancel }]
    return due
  }

  /** What is under way is lost, and nothing goes in any more. */
  cut(): void {
    this.#isCut = true
    for (const { cancel } of this.#underWay) cancel()
    this.#underWay = []
  }
}
