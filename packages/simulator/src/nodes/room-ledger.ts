import type { LogEntry, LogHead, RoomLog } from '@savepoint/server'

/** What stands around the server's own use of a log. */
export interface LogWatch {
  beforeAppend(): void
  afterAppend(): void
}

/**
 * What a room's log was given, kept outside the server: the entries that are durable, and those of the append that may or
 * may not have happened until a commit, or the log's next head, tells.
 */
export class RoomLedger {
  readonly name: string
  epoch = ''
  entries: LogEntry[] = []
  /** False while a server brings the room's database up to its log. */
  isOpen = false
  #undecided: readonly LogEntry[] = []
  readonly #news: LogEntry[] = []

  constructor(name: string) {
    this.name = name
  }

  get version(): number {
    return this.entries.length
  }

  appending(entries: readonly LogEntry[]): void {
    this.#undecided = entries
  }

  /** The log has the room at this version: what was undecided has happened up to there, and not beyond. */
  decided(version: number): void {
    const known = this.version
    const entries = this.#undecided.filter((entry) => entry.version > known && entry.version <= version)
    this.#undecided = []
    this.entries.push(...entries)
    this.#news.push(...entries)
  }

  /** A server takes the log over. What the log does not hold was lost, or was taken back by a restore. */
  claimed({ epoch, version }: LogHead): void {
    this.isOpen = false
    this.decided(version)
    this.entries.length = Math.min(this.entries.length, version)
    this.epoch = epoch
  }

  /** The room's database holds all that the log does. */
  opened(): void {
    this.isOpen = true
  }

  /** Entries that are known to be durable, and that nobody has been told of. */
  takeNews(): readonly LogEntry[] {
    return this.#news.splice(0).filter(({ version }) => version <= this.version)
  }
}

/** A log that tells the ledger what it is given. */
export function observedLog(log: RoomLog, ledger: RoomLedger, watch: LogWatch): RoomLog {
  return {
    async claim(fresh) {
      const head = await log.claim(fresh)
      ledger.claimed(head)
      return head
    },
    append(entries) {
      watch.beforeAppend()
      ledger.appending(entries)
      const appended = log.append(entries)
      if (appended instanceof Promise) return appended.then(() => watch.afterAppend())
      watch.afterAppend()
    },
    read: (after, to) => log.read(after, to),
    outcomes: (clientID, after, to) => log.outcomes(clientID, after, to),
    truncate: (retention, acked) => log.truncate(retention, acked),
    snapshot: () => log.snapshot(),
    saveSnapshot: (snapshot) => log.saveSnapshot(snapshot),
  }
}
