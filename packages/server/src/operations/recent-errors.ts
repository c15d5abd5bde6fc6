import type { ServerEvent } from '../room/server-event.ts'
import { describeEvent, type EventLine } from './describe-event.ts'

/** Errors that are remembered, for who looks in. */
const ERRORS_MAX = 50

export interface RecentError extends EventLine {
  /** When it was last, in milliseconds since 1970. */
  readonly at: number
  /** How often it came in a row. */
  readonly count: number
}

/** The last errors and warnings of a server. What comes again and again counts as one, so that it does not drive out all else. */
export class RecentErrors {
  readonly #now: () => number
  readonly #messages: boolean
  readonly #errors = new Map<string, RecentError>()

  constructor(now: () => number, messages = false) {
    this.#now = now
    this.#messages = messages
  }

  hear(event: ServerEvent): void {
    for (const line of describeEvent(event, { messages: this.#messages, isWanted: (level) => level === 'warn' || level === 'error' })) {
      const { room, client, err } = line.fields
      const key = JSON.stringify([line.message, room, client, err?.type, err?.message])
      const count = (this.#errors.get(key)?.count ?? 0) + 1
      this.#errors.delete(key)
      this.#errors.set(key, { ...line, at: this.#now(), count })
      const [oldest] = this.#errors.keys()
      if (oldest !== undefined && this.#errors.size > ERRORS_MAX) this.#errors.delete(oldest)
    }
  }

  /** Newest first. */
  list(): readonly RecentError[] {
    return [...this.#errors.values()].reverse()
  }
}
