import type { ClientRecord } from '@savepoint/core'
import type { Driver, Statement } from '@savepoint/sqlite'
import type { ClientView } from './room-view.ts'

/** How to look up a client, on any connection to the room's database. */
export function prepareFindClient(driver: Driver): (clientID: string) => ClientRecord | null {
  const find = driver.prepare('SELECT lastMutationID, lastSeed, lastVersion, acked, identity FROM _savepoint_clients WHERE clientID = ?')
  return (clientID) => (find.get([clientID]) as ClientRecord | undefined) ?? null
}

/** How to list the clients that have pushed last, on any connection to the room's database. All clients are gone through for it. */
export function prepareRecentClients(driver: Driver): (count: number) => readonly ClientView[] {
  const recent = driver.prepare(
    `SELECT clientID, identity, lastMutationID, lastVersion, lastMutationID - acked AS unconfirmed, seenAt
     FROM _savepoint_clients ORDER BY seenAt DESC, clientID LIMIT ?`,
  )
  return (count) => recent.all([count]) as unknown as ClientView[]
}

/** The clients that a room knows, on the connection that writes. */
export class ClientRecords {
  readonly find: (clientID: string) => ClientRecord | null
  readonly #save: Statement
  readonly #acknowledge: Statement

  constructor(driver: Driver) {
    this.find = prepareFindClient(driver)
    this.#save = driver.prepare(
      `INSERT INTO _savepoint_clients (clientID, lastMutationID, lastSeed, lastVersion, acked, identity, seenAt) VALUES (?, ?, ?, ?, 0, ?, ?)
       ON CONFLICT (clientID) DO UPDATE SET
         lastMutationID = excluded.lastMutationID, lastSeed = excluded.lastSeed, lastVersion = excluded.lastVersion, seenAt = excluded.seenAt`,
    )
    this.#acknowledge = driver.prepare('UPDATE _savepoint_clients SET acked = max(acked, min(?, lastMutationID)) WHERE clientID = ?')
  }

  /** Keeps what the room has processed of a client. Its identity stays the first one's. */
  save(clientID: string, { lastMutationID, lastSeed, lastVersion, identity }: Omit<ClientRecord, 'acked'>, seenAt: number): void {
    this.#save.run([clientID, lastMutationID, lastSeed, lastVersion, identity, seenAt])
  }

  /** Never beyond what was processed, whatever the client says. */
  acknowledge(clientID: string, confirmed: number): void {
    this.#acknowledge.run([confirmed, clientID])
  }
}
