import type { LogCut, LogRetention } from '../log/room-log.ts'
import type { Retention } from '../retention.ts'

/**
 * Versions by which the log may be longer than it is kept, at most, so that it is cut now and then and not at every batch. It is at
 * most twice as long as it is to be kept.
 */
const SLACK_VERSIONS_MAX = 1000

/** Milliseconds by which what is too old may stay, with the next batch after them: as for versions. */
const SLACK_MS_MAX = 60_000

interface LogCutsOptions {
  readonly retention: Retention
  readonly world: { now(): number; elapsed(): number }
}

/** When a room's log is to be cut, and where. It is looked at after batches: a room that nobody writes to keeps its log as it is. */
export class LogCuts {
  readonly #retention: Retention
  readonly #world: LogCutsOptions['world']
  readonly #slackVersions: number
  readonly #slackMs: number
  #floor = 0
  #dueAt = 0

  constructor({ retention, world }: LogCutsOptions) {
    const { versions, ageMs, outcomesAgeMs } = retention
    this.#retention = retention
    this.#world = world
    this.#slackVersions = Math.min(SLACK_VERSIONS_MAX, Math.max(1, versions))
    this.#slackMs = Math.min(SLACK_MS_MAX, ageMs, outcomesAgeMs)
  }

  /** What is to stay now; null while it is not time to cut. */
  due(version: number): LogRetention | null {
    const { versions, ageMs, outcomes, outcomesAgeMs } = this.#retention
    const floor = version - versions
    const elapsed = this.#world.elapsed()
    if (floor - this.#floor < this.#slackVersions && elapsed < this.#dueAt) return null
    this.#dueAt = elapsed + this.#slackMs
    const now = this.#world.now()
    return { floor, since: now - ageMs, outcomes, outcomesSince: now - outcomesAgeMs }
  }

  cut({ floor }: LogRetention, { floor: reached, isDone }: LogCut): void {
    // A log that will not be cut now is asked again when it has grown as much once more.
    this.#floor = reached > this.#floor ? reached : Math.max(this.#floor, floor)
    if (!isDone) this.#dueAt = 0
  }
}
