import type { CountersClient, Door } from '@savepoint-demo/bench/comparison'
import { onceATurn } from '../once-a-turn.ts'
import { CrSqliteReplica } from './cr-sqlite-replica.ts'

type Statement = Awaited<ReturnType<CrSqliteReplica['database']['prepare']>>

interface Statements {
  readonly find: Statement
  readonly insert: Statement
  readonly increment: Statement
  readonly sum: Statement
}

/** A database with a row for each counter. */
export class CrSqliteCounters implements CountersClient {
  readonly #replica: CrSqliteReplica
  readonly #statements: Statements
  /** One message takes all that is made in a turn. */
  readonly #sendSoon = onceATurn(() => {
    const sent = this.#replica.sendOwn()
    this.#all = this.#all.then(() => sent)
    return sent
  })
  #all = Promise.resolve()

  private constructor(replica: CrSqliteReplica, statements: Statements) {
    this.#replica = replica
    this.#statements = statements
  }

  static async open(url: string): Promise<CrSqliteCounters> {
    const replica = await CrSqliteReplica.open(url)
    const { database } = replica
    return new CrSqliteCounters(replica, {
      find: await database.prepare('SELECT n FROM counters WHERE name = ?'),
      insert: await database.prepare('INSERT INTO counters VALUES (?, 1)'),
      increment: await database.prepare('UPDATE counters SET n = n + 1 WHERE name = ?'),
      sum: await database.prepare('SELECT coalesce(sum(n), 0) AS n FROM counters'),
    })
  }

  async add(name: string): Promise<void> {
    await this.#run(name)
    void this.#sendSoon()
  }

  async addConfirmed(name: string): Promise<void> {
    await this.#run(name)
    await this.#sendSoon()
  }

  async count(name: string): Promise<number> {
    return ((await this.#statements.find.get(null, name)) as { n: number } | null)?.n ?? 0
  }

  async sum(): Promise<number> {
    return ((await this.#statements.sum.get(null)) as { n: number }).n
  }

  watch(name: string, listener: (count: number) => void): () => void {
    return this.#replica.onChange(() => void this.count(name).then(listener))
  }

  async goOffline(): Promise<void> {
    this.#replica.disconnect()
  }

  async goOnline(): Promise<void> {
    await this.#replica.connect()
    void this.#sendSoon()
  }

  async nonePending(): Promise<void> {
    await this.#sendSoon()
    await this.#all
  }

  shutDoor(): Door {
    return this.#replica.shutDoor()
  }

  async close(): Promise<void> {
    await this.#all
    await this.#replica.close()
  }

  async #run(name: string): Promise<void> {
    await this.#replica.database.tx(async (tx) => {
      const known = await this.#statements.find.get(tx, name)
      await (known ? this.#statements.increment : this.#statements.insert).run(tx, name)
    })
  }
}
