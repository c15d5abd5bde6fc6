import type { EncodedOutcome } from '@savepoint/core'
import { FencedError, type LogEntry, type LogHead, type LogRetention, type LogSnapshot, type RoomLog } from '@savepoint/server'

/** Entries that one answer holds. Few, so that reading takes several. */
const READ_ENTRIES_MAX = 5

/** How a log on another machine is reached. */
interface LogLine {
  /** Resolves when an answer has had time to come; never, if whoever asked is no more. */
  travel(): Promise<void>
  /** Resolves when what was sent is there, whether or not whoever sent it still is: what is under way cannot be called back. */
  arrive(): Promise<void>
  /** Resolves when the answer to what has arrived is back; never, if whoever asked is no more. */
  answer(): Promise<void>
  /** What the next append meets, if anything: it fails before or after it has happened. */
  nextFault(): 'before' | 'after' | undefined
}

/** A room's log on a machine of its own: it outlives the server and its disk, and knows who owns the room. */
export class RemoteLog {
  #epoch: string | undefined
  #entries: LogEntry[] = []
  #version = 0
  #floor = 0
  #snapshot: LogSnapshot | null = null
  #owner = 0

  /** One server's hold on it, from its claim on. */
  open(line: LogLine): RoomLog {
    let mine = 0
    return {
      claim: async (fresh): Promise<LogHead> => {
        await line.travel()
        this.#epoch ??= fresh
        mine = ++this.#owner
        return { epoch: this.#epoch, version: this.#version, floor: this.#floor }
      },
      append: async (entries) => {
        const fault = line.nextFault()
        await line.arrive()
        try {
          if (fault === 'before') throw new Error('the log could not be reached')
          this.#append(entries, mine)
        } finally {
          await line.answer()
        }
        if (fault === 'after') throw new Error('the log’s answer was lost')
      },
      read: async (after, to) => {
        await line.travel()
        if (after >= to) return []
        if (after < this.#floor) return null
        return this.#entries.filter(({ version }) => version > after && version <= to).slice(0, READ_ENTRIES_MAX)
      },
      outcomes: async (clientID, after, to): Promise<readonly EncodedOutcome[]> => {
        await line.travel()
        return this.#entries
          .filter((entry) => entry.clientID === clientID && entry.mutationID > after && entry.version <= to)
          .map(({ mutationID, seed, outcome }) => ({ mutationID, seed, outcome }))
      },
      truncate: async (retention, acked) => {
        await line.travel()
        this.#truncate(retention, acked)
        return { floor: this.#floor, isDone: true }
      },
      snapshot: async () => {
        await line.travel()
        return this.#snapshot
      },
      saveSnapshot: async (snapshot) => {
        await line.travel()
        this.#snapshot = snapshot
      },
    }
  }

  #append(entries: readonly LogEntry[], owner: number): void {
    if (owner !== this.#owner) throw new FencedError()
    if (entries[0]?.version !== this.#version + 1)
      throw new Error(`version ${entries[0]?.version} does not follow on version ${this.#version} of the log`)
    this.#entries.push(...entries)
    this.#version += entries.length
  }

  #truncate({ floor, since, outcomes, outcomesSince }: LogRetention, acked: (clientID: string) => number): void {
    const young = this.#entries.find(({ version, at }) => version > this.#floor && at >= since)
    const whole = Math.max(floor, young === undefined ? this.#version : young.version - 1)
    this.#floor = Math.max(this.#floor, Math.min(whole, this.#snapshot?.version ?? 0))
    const kept = this.#entries
      .filter(({ version, clientID, mutationID, at }) => version > this.#floor || (mutationID > acked(clientID) && at >= outcomesSince))
      .map((entry) => (entry.version > this.#floor ? entry : { ...entry, args: '', changes: '[]' }))
    const below = kept.filter(({ version }) => version <= this.#floor).length
    this.#entries = kept.slice(Math.max(0, below - outcomes))
  }
}
