import type { Outcome } from '@savepoint/core'
import { type Driver, type ResultRow, SqliteError, type Statement } from '@savepoint/sqlite'
import type { PendingMutation, SettledMutation } from './pending-mutation.ts'

/** Confirmed outcomes kept for the app to look back at. */
const CONFIRMED_KEPT_MAX = 1000

/** Failures are kept until the app dismisses them; one that dismisses nothing is not to fill the disk. */
const FAILED_KEPT_MAX = 10_000

const TABLES = `
  CREATE TABLE IF NOT EXISTS client (
    only INTEGER PRIMARY KEY CHECK (only = 1), clientID TEXT NOT NULL, confirmed INTEGER NOT NULL, generation INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS pending (
    mutationID INTEGER PRIMARY KEY, name TEXT NOT NULL, args TEXT NOT NULL, createdAt INTEGER NOT NULL, seed TEXT NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS outcomes (
    position INTEGER PRIMARY KEY, ok INTEGER NOT NULL, name TEXT NOT NULL, args TEXT NOT NULL, createdAt INTEGER NOT NULL,
    seed TEXT NOT NULL UNIQUE, outcome TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS outcomes_ok ON outcomes (ok);
`

/** Who this client is, and which generation of the base is the current one. */
export interface ClientRecord {
  readonly clientID: string
  /** Outcomes up to this mutationID are kept here. */
  readonly confirmed: number
  readonly generation: number
}

/** An outcome with its place in the order of all. */
interface PlacedOutcome extends SettledMutation {
  readonly position: number
}

const PLACED = 'SELECT position, name, args, createdAt, seed, outcome FROM outcomes WHERE ok = ? AND position'

/** What changes together when outcomes arrive. */
interface Settlement {
  readonly settled: readonly SettledMutation[]
  readonly confirmed: number
  /** Pending mutations up to this ID are in the base on disk, and are forgotten. */
  readonly folded: number
}

/**
 * The pending queue, the outcomes, and the pointer to the base, in a database of their own, so that a rollback of the
 * replica cannot touch them. Each method is one transaction: it has happened when it returns.
 *
 * All throw SqliteError or StorageFailure if the disk fails; nothing has then changed.
 */
export class PendingStore {
  /** True if there was none before. */
  isNew = false
  readonly #driver: Driver
  readonly #statements = new Map<string, Statement>()
  /** How many outcomes there are that are ok, or not; or more, as those that were not kept or are dismissed still count. */
  readonly #outcomesMax = new Map<boolean, number>()

  private constructor(driver: Driver) {
    this.#driver = driver
  }

  /**
   * Opens the store on a database of its own, and takes `newClientID` if it is new.
   *
   * @throws SqliteError, `SQLITE_CORRUPT` if any of it is damaged. The driver stays open.
   */
  static open(driver: Driver, newClientID: () => string): PendingStore {
    const store = new PendingStore(driver)
    driver.exec('PRAGMA synchronous = FULL')
    // The store is small, and damage is best found before more is written.
    const [check] = store.#all('PRAGMA quick_check(1)')
    if (check?.quick_check !== 'ok') throw new SqliteError('SQLITE_CORRUPT', `database disk image is malformed: ${check?.quick_check}`)
    store.#atomically(() => {
      driver.exec(TABLES)
      store.isNew = store.#all('SELECT 1 FROM client').length === 0
      if (store.isNew) store.#run('INSERT INTO client VALUES (1, ?, 0, 0)', [newClientID()])
    })
    return store
  }

  get client(): ClientRecord {
    const row = this.#all('SELECT clientID, confirmed, generation FROM client')[0] as ResultRow
    return { clientID: row.clientID as string, confirmed: row.confirmed as number, generation: row.generation as number }
  }

  /** All that is pending, in the order of mutationIDs. */
  pending(): PendingMutation[] {
    return this.#all('SELECT mutationID, name, args, createdAt, seed FROM pending ORDER BY mutationID') as unknown as PendingMutation[]
  }

  /** The kept outcomes, oldest first. */
  settled(): SettledMutation[] {
    return this.#statement('SELECT name, args, createdAt, seed, outcome FROM outcomes ORDER BY position')
      .all()
      .map((row) => settledOf<SettledMutation>(row))
  }

  /** The outcomes that are ok, or not, behind a position: oldest first. */
  settledAfter(ok: boolean, position: number): PlacedOutcome[] {
    return this.#statement(`${PLACED} > ? ORDER BY position`)
      .all([ok, position])
      .map((row) => settledOf<PlacedOutcome>(row))
  }

  /** The last `count` outcomes that are ok, or not, before a position: oldest first. */
  settledBefore(ok: boolean, position: number, count: number): PlacedOutcome[] {
    const limit = Number.isFinite(count) ? count : -1
    return this.#statement(`${PLACED} < ? ORDER BY position DESC LIMIT ?`)
      .all([ok, position, limit])
      .map((row) => settledOf<PlacedOutcome>(row))
      .reverse()
  }

  /** The position of the oldest outcome that is ok, or not. */
  oldest(ok: boolean): number | undefined {
    const [row] = this.#statement('SELECT min(position) AS position FROM outcomes WHERE ok = ?').all([ok])
    return (row?.position as number | null) ?? undefined
  }

  outcomeOf(seed: string): Outcome | undefined {
    const [row] = this.#statement('SELECT outcome FROM outcomes WHERE seed = ?').all([seed])
    return row === undefined ? undefined : (JSON.parse(row.outcome as string) as Outcome)
  }

  append(mutations: readonly PendingMutation[]): void {
    const [first] = mutations
    // A statement alone is a transaction, at half the price.
    if (first !== undefined && mutations.length === 1) this.#insertPending(first)
    else
      this.#atomically(() => {
        for (const mutation of mutations) this.#insertPending(mutation)
      })
  }

  settle({ settled, confirmed, folded }: Settlement): void {
    this.#atomically(() => {
      this.#keep(settled)
      this.#run('UPDATE client SET confirmed = ?', [confirmed])
      this.#run('DELETE FROM pending WHERE mutationID <= ?', [folded])
    })
  }

  /** The base on disk now holds the effects of mutations up to `mutationID`. */
  forget(mutationID: number): void {
    this.#run('DELETE FROM pending WHERE mutationID <= ?', [mutationID])
  }

  /** Puts a whole new queue, identity or base in place of the old. */
  replace(client: ClientRecord, pending: readonly PendingMutation[], settled: readonly SettledMutation[]): void {
    this.#atomically(() => {
      this.#run('UPDATE client SET clientID = ?, confirmed = ?, generation = ?', [client.clientID, client.confirmed, client.generation])
      this.#run('DELETE FROM pending')
      for (const mutation of pending) this.#insertPending(mutation)
      this.#keep(settled)
    })
  }

  /** Forgets an outcome that the app has dealt with. */
  dismiss(seed: string): void {
    this.#run('DELETE FROM outcomes WHERE seed = ?', [seed])
  }

  close(): void {
    this.#driver.close()
  }

  #insertPending({ mutationID, name, args, createdAt, seed }: PendingMutation): void {
    this.#run('INSERT INTO pending VALUES (?, ?, ?, ?, ?)', [mutationID, name, args, createdAt, seed])
  }

  #keep(settled: readonly SettledMutation[]): void {
    for (const { name, args, createdAt, seed, outcome } of settled) {
      this.#run('INSERT OR REPLACE INTO outcomes (ok, name, args, createdAt, seed, outcome) VALUES (?, ?, ?, ?, ?, ?)', [
        outcome.ok,
        name,
        args,
        createdAt,
        seed,
        JSON.stringify(outcome),
      ])
    }
    const confirmed = settled.filter(({ outcome }) => outcome.ok).length
    if (confirmed > 0) this.#trim(true, confirmed, CONFIRMED_KEPT_MAX)
    if (confirmed < settled.length) this.#trim(false, settled.length - confirmed, FAILED_KEPT_MAX)
  }

  /** Forgets all but the last `kept` confirmed, or failed, ones, of which some were added now. */
  #trim(ok: boolean, added: number, kept: number): void {
    const before = this.#outcomesMax.get(ok)
    const count = before === undefined ? this.#count(ok) : before + added
    this.#outcomesMax.set(ok, Math.min(count, kept))
    if (count <= kept) return
    const oldest = 'SELECT position FROM outcomes WHERE ok = ? ORDER BY position DESC LIMIT 1 OFFSET ?'
    this.#run(`DELETE FROM outcomes WHERE ok = ? AND position <= (${oldest})`, [ok, ok, kept])
  }

  #count(ok: boolean): number {
    return this.#statement('SELECT count(*) FROM outcomes WHERE ok = ?').exact([ok])[0]?.[0] as number
  }

  #atomically(work: () => void): void {
    this.#run('BEGIN IMMEDIATE')
    try {
      work()
      this.#run('COMMIT')
    } catch (error) {
      if (this.#driver.inTransaction) this.#run('ROLLBACK')
      throw error
    }
  }

  #run(sql: string, params: Parameters<Statement['run']>[0] = []): void {
    this.#statement(sql).run(params)
  }

  #all(sql: string): ResultRow[] {
    return this.#statement(sql).all()
  }

  #statement(sql: string): Statement {
    const known = this.#statements.get(sql)
    if (known !== undefined) return known
    const statement = this.#driver.prepare(sql)
    this.#statements.set(sql, statement)
    return statement
  }
}

function settledOf<Settled extends SettledMutation>(row: ResultRow): Settled {
  return { ...row, outcome: JSON.parse(row.outcome as string) as Outcome } as unknown as Settled
}
