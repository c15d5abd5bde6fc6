import type { Outcome } from '@savepoint/core'
import type { LogEntry } from '@savepoint/server'
import type { AppVersion } from '../app.ts'
import { Violation } from '../view/violation.ts'
import type { RoomView } from '../view/world-view.ts'

/** All that one epoch of a room was ever seen to have in its log. It outlives the epoch, for clients that still stand there. */
export class RoomHistory {
  readonly room: string
  readonly epoch: string
  readonly app: AppVersion
  readonly entries: LogEntry[] = []
  readonly #versions = new Map<string, number>()
  readonly #byClient = new Map<string, number[]>()
  readonly #outcomes = new Map<number, Outcome>()

  constructor({ name, epoch, app }: RoomView) {
    this.room = name
    this.epoch = epoch
    this.app = app
  }

  get version(): number {
    return this.entries.length
  }

  /** Takes in what is new. @throws Violation if something is gone that was there. */
  follow(log: readonly LogEntry[]): void {
    const last = this.entries.at(-1)
    if (log.length < this.version) throw this.#lost(log.length + 1)
    if (last !== undefined && !isSame(last, log[this.version - 1])) this.verify(log)
    for (let i = this.version; i < log.length; i++) this.#add(log[i] as LogEntry)
  }

  /** Looks at every entry, and not only the last. @throws Violation as `follow` does. */
  verify(log: readonly LogEntry[]): void {
    for (const [i, entry] of this.entries.entries()) if (!isSame(entry, log[i])) throw this.#lost(i + 1)
  }

  at(version: number): LogEntry | undefined {
    return this.entries[version - 1]
  }

  /** At which version the mutation of this seed was processed first. */
  versionOf(seed: string): number | undefined {
    return this.#versions.get(seed)
  }

  /** The highest mutationID of a client that was processed up to a version. */
  lastMutationID(clientID: string, version: number): number {
    const versions = this.#byClient.get(clientID) ?? []
    let low = 0
    let high = versions.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((versions[middle] as number) <= version) low = middle + 1
      else high = middle
    }
    return low === 0 ? 0 : (this.at(versions[low - 1] as number)?.mutationID ?? 0)
  }

  outcomeAt(version: number): Outcome {
    let outcome = this.#outcomes.get(version)
    if (outcome === undefined) {
      outcome = JSON.parse(this.at(version)?.outcome ?? '') as Outcome
      this.#outcomes.set(version, outcome)
    }
    return outcome
  }

  #add(entry: LogEntry): void {
    if (entry.version !== this.version + 1) {
      throw new Violation(
        'G1',
        'exactly-once',
        `The log of room ${this.room} has version ${entry.version} where ${this.version + 1} belongs`,
      )
    }
    this.entries.push(entry)
    if (!this.#versions.has(entry.seed)) this.#versions.set(entry.seed, entry.version)
    const versions = this.#byClient.get(entry.clientID)
    if (versions === undefined) this.#byClient.set(entry.clientID, [entry.version])
    else versions.push(entry.version)
  }

  #lost(version: number): Violation {
    const { name, clientID, mutationID, seed } = this.at(version) as LogEntry
    return new Violation(
      'G4',
      'durable',
      `Room ${this.room} has lost version ${version} of epoch ${this.epoch}, which was committed: "${name}" ${clientID}/${mutationID} (${seed})`,
    )
  }
}

function isSame(a: LogEntry, b: LogEntry | undefined): boolean {
  return (
    a === b || (b !== undefined && a.seed === b.seed && a.clientID === b.clientID && a.outcome === b.outcome && a.changes === b.changes)
  )
}
