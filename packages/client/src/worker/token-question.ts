import type { Scheduler } from '../connection/scheduler.ts'
import { type CrossingError, unpackError } from './crossing-error.ts'
import type { PageSession } from './page-session.ts'

/** Once a page has none, so long may the others take that were asked: one that sleeps does not answer. */
const OTHERS_MS_MAX = 10_000

/** The question for a token, as it is put to all pages that may have one: the first that has is heard. */
export class TokenQuestion {
  readonly answer: Promise<string | undefined>
  readonly #scheduler: Scheduler
  readonly #fresh: boolean
  readonly #asked = new Set<PageSession>()
  readonly #waitsFor = new Set<PageSession>()
  #error: Error | undefined
  #isOver = false
  #settle: () => void = () => {}
  #give: (token: string) => void = () => {}
  #cancelWait = () => {}

  /** @param fresh true if the last token has expired */
  constructor(scheduler: Scheduler, pages: Iterable<PageSession>, fresh: boolean) {
    this.#scheduler = scheduler
    this.#fresh = fresh
    this.answer = new Promise((resolve, reject) => {
      this.#give = resolve
      this.#settle = () => (this.#error === undefined ? resolve(undefined) : reject(this.#error))
    })
    for (const page of pages) this.ask(page)
    if (this.#waitsFor.size === 0) this.#end()
  }

  get isOver(): boolean {
    return this.#isOver
  }

  /** True if the page was asked, or has none to give. */
  hasAsked(page: PageSession): boolean {
    return !page.hasToken || this.#asked.has(page)
  }

  ask(page: PageSession): void {
    if (this.#isOver || this.hasAsked(page)) return
    this.#asked.add(page)
    this.#waitsFor.add(page)
    page.tell({ type: 'token', fresh: this.#fresh })
  }

  answered(page: PageSession, { token, error }: { readonly token?: string; readonly error?: CrossingError }): void {
    if (this.#isOver || !this.#waitsFor.delete(page)) return
    if (token !== undefined) {
      this.#give(token)
      return this.#end()
    }
    // Who could not tell may be able to the next time: it is asked again, with the next attempt.
    if (error !== undefined) this.#error = unpackError(error)
    if (this.#waitsFor.size === 0) return this.#end()
    this.#cancelWait()
    this.#cancelWait = this.#scheduler.after(OTHERS_MS_MAX, () => this.#end())
  }

  /** The page has gone. */
  left(page: PageSession): void {
    if (this.#waitsFor.delete(page) && this.#waitsFor.size === 0) this.#end()
  }

  #end(): void {
    this.#isOver = true
    this.#cancelWait()
    this.#settle()
  }
}
