import type { ServerEvent } from '../room/server-event.ts'

/** A disk is not asked more often than this, in milliseconds, however often a balancer asks. */
const CHECK_MS_MIN = 1000

export type ReadyState = { readonly ready: true } | { readonly ready: false; readonly why: 'draining' | 'disk' }

interface ReadinessOptions {
  /** Throws (rejects) if nothing can be written. */
  readonly checkDisk: (() => Promise<void>) | undefined
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** Whether a server should be sent clients now. It may be alive and should not: while it drains, or cannot write. */
export class Readiness {
  readonly #options: ReadinessOptions
  #isDraining = false
  #isDiskLow = false
  #checked: { readonly at: number; readonly ok: Promise<boolean> } | undefined

  constructor(options: ReadinessOptions) {
    this.#options = options
  }

  hear({ event }: ServerEvent): void {
    if (event === 'disk-low') this.#isDiskLow = true
    else if (event === 'disk-roomy') this.#isDiskLow = false
  }

  /** No more clients are to be sent. */
  drain(): void {
    this.#isDraining = true
  }

  async state(): Promise<ReadyState> {
    const works = !this.#isDiskLow && (await this.#diskWorks())
    if (this.#isDraining) return { ready: false, why: 'draining' }
    return works ? { ready: true } : { ready: false, why: 'disk' }
  }

  #diskWorks(): Promise<boolean> {
    const { checkDisk, now } = this.#options
    const at = now()
    if (this.#checked === undefined || at - this.#checked.at >= CHECK_MS_MIN || at < this.#checked.at) {
      const ok =
        checkDisk === undefined
          ? Promise.resolve(true)
          : checkDisk().then(
              () => true,
              () => false,
            )
      this.#checked = { at, ok }
    }
    return this.#checked.ok
  }
}
