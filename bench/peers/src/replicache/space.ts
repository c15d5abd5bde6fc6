import Database from 'better-sqlite3'
import type { PullRequestV1, PushRequestV1 } from 'replicache'
import { counterKey } from './keys.ts'

/** Entries and clients with the version that changed them last: what Replicache's documents call the row version strategy. */
export class Space {
  readonly #db: Database.Database
  readonly #statements: {
    readonly [name in 'get' | 'put' | 'changed' | 'client' | 'putClient' | 'clients' | 'version' | 'putVersion']: Database.Statement
  }

  constructor(path: string) {
    const db = new Database(path)
    this.#db = db
    db.pragma('journal_mode = WAL')
    db.pragma('synchronous = FULL')
    db.exec(`CREATE TABLE entries (key TEXT PRIMARY KEY, value TEXT NOT NULL, version INTEGER NOT NULL) WITHOUT ROWID;
      CREATE INDEX entries_version ON entries (version);
      CREATE TABLE clients (id TEXT PRIMARY KEY, grp TEXT NOT NULL, last INTEGER NOT NULL, version INTEGER NOT NULL) WITHOUT ROWID;
      CREATE INDEX clients_version ON clients (grp, version);
      CREATE TABLE space (version INTEGER NOT NULL);
      INSERT INTO space VALUES (1)`)
    this.#statements = {
      get: db.prepare('SELECT value FROM entries WHERE key = ?').pluck(),
      put: db.prepare(
        'INSERT INTO entries VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value, version = excluded.version',
      ),
      changed: db.prepare('SELECT key, value FROM entries WHERE version > ?'),
      client: db.prepare('SELECT last FROM clients WHERE id = ?').pluck(),
      putClient: db.prepare(
        'INSERT INTO clients VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET last = excluded.last, version = excluded.version',
      ),
      clients: db.prepare('SELECT id, last FROM clients WHERE grp = ? AND version > ?'),
      version: db.prepare('SELECT version FROM space').pluck(),
      putVersion: db.prepare('UPDATE space SET version = ?'),
    }
  }

  /** Entries to begin with. */
  fill(entries: () => Iterable<readonly [key: string, value: unknown]>): void {
    this.#db.transaction(() => {
      for (const [key, value] of entries()) this.#statements.put.run(key, JSON.stringify(value), 1)
    })()
  }

  /** Runs what is new in one transaction. */
  push({ clientGroupID, mutations }: PushRequestV1): void {
    this.#db.transaction(() => {
      const version = (this.#statements.version.get() as number) + 1
      const lasts = new Map<string, number>()
      for (const { clientID, id, args } of mutations) {
        const last = lasts.get(clientID) ?? (this.#statements.client.get(clientID) as number | undefined) ?? 0
        if (id <= last) continue
        if (id > last + 1) throw new Error(`Mutation ${id} of ${clientID} follows ${last}.`)
        this.#add(args as { name: string; by: number }, version)
        lasts.set(clientID, id)
      }
      for (const [clientID, last] of lasts) this.#statements.putClient.run(clientID, clientGroupID, last, version)
      this.#statements.putVersion.run(version)
    })()
  }

  /** All that has changed since the version that the client has, as JSON. Values are JSON as they are stored, so they are not read here. */
  pull({ clientGroupID, cookie }: PullRequestV1): string {
    return this.#db.transaction(() => {
      const since = (cookie as number | null) ?? 0
      const rows = this.#statements.changed.all(since) as { key: string; value: string }[]
      const patch = rows.map(({ key, value }) => `{"op":"put","key":${JSON.stringify(key)},"value":${value}}`)
      if (cookie === null) patch.unshift('{"op":"clear"}')
      const clients = this.#statements.clients.all(clientGroupID, since) as { id: string; last: number }[]
      const lasts = JSON.stringify(Object.fromEntries(clients.map(({ id, last }) => [id, last])))
      return `{"cookie":${this.#statements.version.get()},"lastMutationIDChanges":${lasts},"patch":[${patch.join()}]}`
    })()
  }

  close(): void {
    this.#db.close()
  }

  #add({ name, by }: { name: string; by: number }, version: number): void {
    const key = counterKey(name)
    const value = this.#statements.get.get(key) as string | undefined
    this.#statements.put.run(key, JSON.stringify((value === undefined ? 0 : (JSON.parse(value) as number)) + by), version)
  }
}
