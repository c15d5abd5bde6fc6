import type { Mutators } from '@savepoint/core'
import type { LogEntry } from '@savepoint/server'
import type { RunRequest } from '@savepoint/sqlite'
import type { Contents } from './content-query.ts'
import { mutatorsOfServer } from './mutators-of-server.ts'
import { ReferenceDatabase, type ReferenceOutcome } from './reference-database.ts'
import type { RoomHistory } from './room-history.ts'

/** How far ahead of the server's clock `tx.now` may be, in milliseconds. */
const CLOCK_SKEW_MS_MAX = 60_000

/** Versions between two images of the replay, from which a later replay starts. */
const CHECKPOINT_VERSIONS = 500

/** Contents that are kept, so that clients at one version are compared with one. Texts of tables that do not change are shared. */
const CONTENTS_MAX = 1000

/** What the model needs to know of a mutation's author, who may be gone by now. */
export interface Author {
  readonly createdAt: number
  readonly auth: unknown
}

/** An entry of a log, run anew. */
export interface Replayed {
  readonly entry: LogEntry
  readonly outcome: ReferenceOutcome
}

/** The content of a room as its mutators make it, from its log. */
export class RoomReplay {
  readonly history: RoomHistory
  readonly #authorOf: (entry: LogEntry) => Author
  readonly #mutators: Mutators
  readonly #reference: ReferenceDatabase
  readonly #checkpoints: { readonly version: number; readonly bytes: Uint8Array }[] = []
  readonly #contents = new Map<number, Contents>()
  #version = 0

  constructor(history: RoomHistory, authorOf: (entry: LogEntry) => Author) {
    this.history = history
    this.#authorOf = authorOf
    this.#mutators = mutatorsOfServer(history.app)
    this.#reference = new ReferenceDatabase(history.app.schema)
    this.#keepContents()
  }

  get version(): number {
    return this.#version
  }

  get query(): ReferenceDatabase['query'] {
    return this.#reference.query
  }

  /** At `version`, which moves on. */
  get reference(): ReferenceDatabase {
    return this.#reference
  }

  get mutators(): Mutators {
    return this.#mutators
  }

  /** Runs what the log has up to a version. Each mutation's outcome is handed over to be compared with the log's. */
  advance(to: number, compare: (replayed: Replayed) => void): void {
    while (this.#version < to) {
      const entry = this.history.entries[this.#version] as LogEntry
      const outcome = this.run(this.#reference, entry)
      this.#version++
      // Clients come to stand at the ends of batches only.
      if (entry.digest !== '') this.#keepContents()
      if (this.#version % CHECKPOINT_VERSIONS === 0) this.#checkpoints.push({ version: this.#version, bytes: this.#reference.serialize() })
      compare({ entry, outcome })
    }
  }

  /** The content at a version, if it is still known. */
  contentsAt(version: number): Contents | undefined {
    return this.#contents.get(version)
  }

  /** A database of its own at a version, which the caller closes. */
  referenceAt(version: number): ReferenceDatabase {
    const start = this.#checkpoints.findLast((checkpoint) => checkpoint.version <= version)
    const reference = new ReferenceDatabase(this.history.app.schema, start && { bytes: start.bytes })
    for (let at = start?.version ?? 0; at < version; at++) this.run(reference, this.history.entries[at] as LogEntry)
    return reference
  }

  /** Runs an entry as the server did. What exceeded one of the room's limits is no matter of the model's, and not run. */
  run(reference: ReferenceDatabase, entry: LogEntry): ReferenceOutcome {
    if (isOverLimit(this.history, entry)) return { ok: false, error: new Error('It exceeded a limit of the room.') }
    return reference.run(this.#mutators, this.requestOf(entry))
  }

  requestOf(entry: LogEntry): RunRequest {
    const { clientID, mutationID, name, args, seed, at } = entry
    const { createdAt, auth } = this.#authorOf(entry)
    const now = Math.min(createdAt, at + CLOCK_SKEW_MS_MAX)
    return { clientID, mutationID, name, args, seed, now, location: 'server', reason: 'authoritative', auth }
  }

  close(): void {
    this.#reference.close()
  }

  #keepContents(): void {
    this.#contents.set(this.#version, this.#reference.contents())
    const [oldest] = this.#contents.keys()
    if (this.#contents.size > CONTENTS_MAX && oldest !== undefined) this.#contents.delete(oldest)
  }
}

function isOverLimit(history: RoomHistory, entry: LogEntry): boolean {
  const outcome = history.outcomeAt(entry.version)
  return !outcome.ok && outcome.reason === 'rejected' && outcome.code === 'too-large'
}
