import { Listeners } from './listeners.ts'
import { type MutationSelection, type MutationStatus, readSelection } from './pending/mutation-records.ts'

/** Who wants to hear of changes in `client.mutations()`, and of which records. */
export class MutationListeners {
  readonly #listeners = new Listeners()
  readonly #report: (error: unknown) => void
  #news: ReadonlySet<MutationStatus> = new Set()
  #due = new Set<MutationStatus>()

  constructor(report: (error: unknown) => void) {
    this.#report = report
  }

  get size(): number {
    return this.#listeners.size
  }

  add(listener: (news: ReadonlySet<MutationStatus>) => void, selection: MutationSelection): () => boolean {
    const { statuses } = readSelection(selection)
    return this.#listeners.add(() => {
      for (const status of statuses) if (this.#news.has(status)) return listener(this.#news)
    })
  }

  /** Calls those for whom something has changed. */
  tell(news: ReadonlySet<MutationStatus>): void {
    this.#news = news
    this.#listeners.tell(this.#report)
  }

  /** The same, once for all of a turn. */
  tellSoon(...statuses: readonly MutationStatus[]): void {
    if (this.size === 0) return
    const isDue = this.#due.size > 0
    for (const status of statuses) this.#due.add(status)
    if (isDue) return
    queueMicrotask(() => {
      const news = this.#due
      this.#due = new Set()
      this.tell(news)
    })
  }

  clear(): void {
    this.#listeners.clear()
  }
}
