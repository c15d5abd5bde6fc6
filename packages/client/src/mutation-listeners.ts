import { Listeners } from './listeners.ts'
import { type MutationSelection, type MutationStatus, readSelection } from './pending/mutation-records.ts'

/** Who wants to hear of changes in `client.mutations()`, and of which records. */
export class MutationListeners {
  readonly #listeners = new Listeners()
  #news: ReadonlySet<MutationStatus> = new Set()

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
  tell(news: ReadonlySet<MutationStatus>, report: (error: unknown) => void): void {
    this.#news = news
    this.#listeners.tell(report)
  }

  clear(): void {
    this.#listeners.clear()
  }
}
