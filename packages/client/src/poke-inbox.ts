import type { Scheduler } from './connection/scheduler.ts'
import type { ApplyEffect } from './local-state.ts'

/** Collects pokes that arrive together, so that a burst costs one rebase. */
export class PokeInbox {
  readonly #scheduler: Scheduler
  readonly #apply: (effects: readonly [ApplyEffect, ...ApplyEffect[]]) => void
  #waiting: ApplyEffect[] = []
  #scheduled = false

  constructor(scheduler: Scheduler, apply: (effects: readonly [ApplyEffect, ...ApplyEffect[]]) => void) {
    this.#scheduler = scheduler
    this.#apply = apply
  }

  add(effect: ApplyEffect): void {
    // A snapshot starts over: it holds what was handed over before, and outcomes that are not kept come with it again.
    if (effect.adopt) this.#waiting = []
    this.#waiting.push(effect)
    if (this.#scheduled) return
    this.#scheduled = true
    this.#scheduler.soon(() => {
      this.#scheduled = false
      this.#flush()
    })
  }

  clear(): void {
    this.#waiting = []
  }

  #flush(): void {
    const [first, ...rest] = this.#waiting
    this.#waiting = []
    if (first !== undefined) this.#apply([first, ...rest])
  }
}
