import { encodeData, type Mutators, type OwnOutcome, type Patch, type RowChange, type Schema } from '@savepoint/core'
import { Digest, patchOf, SyncedDatabase } from '@savepoint/sqlite'
import { openBetterSqlite3 } from '@savepoint/sqlite/better-sqlite3'
import type { PendingMutation } from '../pending/pending-mutation.ts'

/** A room's content and order without its doors: runs mutations with authority and tells what they did. */
export class Authority {
  readonly database: SyncedDatabase
  version = 0
  readonly #digest = new Digest()

  constructor(schema: Schema, mutators: Mutators) {
    this.database = SyncedDatabase.open(openBetterSqlite3(':memory:'), schema, mutators)
  }

  get digest(): string {
    return this.#digest.toString()
  }

  /** Processes mutations of one client as one batch. */
  process(clientID: string, mutations: readonly PendingMutation[]): { patch: Patch; outcomes: OwnOutcome[] } {
    const changes: RowChange[] = []
    const outcomes: OwnOutcome[] = []
    this.database.driver.exec('BEGIN')
    for (const { mutationID, name, args, seed, createdAt } of mutations) {
      const result = this.database.run({
        clientID,
        mutationID,
        name,
        args,
        seed,
        now: createdAt,
        location: 'server',
        reason: 'authoritative',
        auth: null,
      })
      if (result.ok) changes.push(...result.changes)
      outcomes.push({ mutationID, seed, outcome: result.ok ? { ok: true, value: result.value } : { ok: false, ...result.failure } })
      this.version++
    }
    this.database.driver.exec('COMMIT')
    for (const change of changes) this.#digest.change(change)
    return { patch: patchOf(changes), outcomes }
  }
}

/** A call as a client would make it. */
export function mutation(mutationID: number, name: string, args: unknown): PendingMutation {
  return { mutationID, name, args: encodeData(args), createdAt: 1000 + mutationID, seed: `seed-${mutationID}` }
}
