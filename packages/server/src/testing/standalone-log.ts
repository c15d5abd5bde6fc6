import type { EncodedOutcome } from '@savepoint/core'
import { FencedError, type LogEntry, type LogHead, type LogSnapshot, type RoomLog } from '../log/room-log.ts'

const READ_ENTRIES_MAX = 3

/**
 * A log that stands apart from the room's database, as one on another machine would: its owners come and go, appends take
 * time and can fail before or after they have happened.
 */
export class StandaloneLog {
  epoch: string | undefined
  entries: LogEntry[] = []
  version = 0
  floor = 0
  saved: LogSnapshot | null = null
  owner = 0
  /** What the next appends meet, first come first. */
  faults: ('before' | 'after')[] = []
  /** Awaited by each append before it does anything. */
  latency: () => Promise<void> = async () => {}
  appends = 0
  /** Versions after which it wants another snapshot. */
  snapshotEvery = Number.POSITIVE_INFINITY
  /** Saving the next snapshot fails. */
  refusesSnapshot = false

  /** A server's handle on it. */
  open(): RoomLog {
    return new StandaloneHandle(this)
  }
}

class StandaloneHandle implements RoomLog {
  readonly #log: StandaloneLog
  #owner = 0

  constructor(log: StandaloneLog) {
    this.#log = log
  }

  async claim(fresh: string): Promise<LogHead> {
    const log = this.#log
    log.epoch ??= fresh
    this.#owner = ++log.owner
    return { epoch: log.epoch, version: log.version, floor: log.floor }
  }

  async append(entries: readonly LogEntry[]): Promise<void> {
    const log = this.#log
    log.appends++
    await log.latency()
    const fault = log.faults.shift()
    if (fault === 'before') throw new Error('the log could not be reached')
    if (this.#owner !== log.owner) throw new FencedError()
    if (entries[0]?.version !== log.version + 1) throw new Error(`version ${entries[0]?.version} does not follow on ${log.version}`)
    log.entries.push(...entries)
    log.version += entries.length
    if (fault === 'after') throw new Error('the answer was lost')
  }

  async read(after: number, to: number): Promise<readonly LogEntry[] | null> {
    if (after >= to) return []
    if (after < this.#log.floor) return null
    return this.#log.entries.filter(({ version }) => version > after && version <= to).slice(0, READ_ENTRIES_MAX)
  }

  async outcomes(clientID: string, after: number, to: number): Promise<readonly EncodedOutcome[]> {
    return this.#log.entries
      .filter((entry) => entry.clientID === clientID && entry.mutationID > after && entry.version <= to)
      .map(({ mutationID, seed, outcome }) => ({ mutationID, seed, outcome }))
  }

  async truncate(floor: number, acked: (clientID: string) => number): Promise<number> {
    const log = this.#log
    log.floor = Math.max(log.floor, Math.min(floor, log.saved?.version ?? 0))
    log.entries = log.entries
      .filter(({ version, clientID, mutationID }) => version > log.floor || mutationID > acked(clientID))
      .map((entry) => (entry.version > log.floor ? entry : { ...entry, args: '', changes: '[]' }))
    return log.floor
  }

  get wantsSnapshot(): boolean {
    return this.#log.version - (this.#log.saved?.version ?? 0) >= this.#log.snapshotEvery
  }

  async snapshot(): Promise<LogSnapshot | null> {
    return this.#log.saved
  }

  async saveSnapshot(snapshot: LogSnapshot): Promise<void> {
    if (this.#log.refusesSnapshot) {
      this.#log.refusesSnapshot = false
      throw new Error('there is no room for it')
    }
    this.#log.saved = snapshot
  }
}
