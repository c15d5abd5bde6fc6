import { unpackError } from './crossing-error.ts'
import type { HostMessage, PageMessage, PageState, Question } from './protocol.ts'

interface Ask {
  readonly question: Question
  readonly signal: AbortSignal | undefined
  readonly abort: () => void
  resolve(value: unknown): void
  reject(reason: unknown): void
}

/** What a page has asked its host, until there is an answer. */
export class PageAsks {
  readonly #tell: (message: PageMessage) => void
  readonly #open = new Map<number, Ask>()
  #last = 0

  constructor(tell: (message: PageMessage) => void) {
    this.#tell = tell
  }

  /** Rejects with the signal's reason once that is aborted; the host is told then that nobody wants an answer any more. */
  ask(question: Question, signal?: AbortSignal): Promise<unknown> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted()
      const ask = ++this.#last
      const abort = () => {
        this.#tell({ type: 'unask', ask })
        this.#take(ask)?.reject(signal?.reason)
      }
      signal?.addEventListener('abort', abort)
      this.#open.set(ask, { question, signal, abort, resolve, reject })
      this.#tell({ type: 'ask', ask, question })
    })
  }

  /** What a new host has to be asked. */
  again(): PageState['asks'] {
    return [...this.#open].map(([ask, { question }]) => ({ ask, question }))
  }

  answered({ ask, value, error }: Extract<HostMessage, { type: 'answer' }>): void {
    const asked = this.#take(ask)
    if (error === undefined) asked?.resolve(value)
    else asked?.reject(unpackError(error))
  }

  /** No answer will come. */
  fail(error: Error): void {
    for (const ask of [...this.#open.keys()]) this.#take(ask)?.reject(error)
  }

  #take(ask: number): Ask | undefined {
    const asked = this.#open.get(ask)
    this.#open.delete(ask)
    asked?.signal?.removeEventListener('abort', asked.abort)
    return asked
  }
}
