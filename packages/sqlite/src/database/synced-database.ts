import { invokeMutator, type Mutators, type Patch, type Schema, type SqlParams } from '@savepoint/core'
import { PatchApplier } from '../apply/patch-applier.ts'
import { Capture } from '../capture/capture.ts'
import type { Digest } from '../digest/digest.ts'
import { digestOf } from '../digest/digest-of.ts'
import type { Driver, ResultRow, Statement } from '../driver/driver.ts'
import { createSchema } from '../schema/create-schema.ts'
import { inspectSchema } from '../schema/inspect-schema.ts'
import type { SyncedTable } from '../schema/synced-table.ts'
import { ArgumentsCache } from './arguments-cache.ts'
import { Dependencies } from './dependencies.ts'
import { failureOf } from './failure-of.ts'
import { foldName } from './keyed-rows.ts'
import { MutationTx } from './mutation-tx.ts'
import { QueriesRead, type QueryReads } from './query-reads.ts'
import type { MutationRunResult, ReplayOptions, ReplayResult, RunRequest } from './run-request.ts'
import { StatementCache } from './statement-cache.ts'
import { StatementsDepend, type StatementsRun } from './statement-dependencies.ts'
import { StorageFailure, storageFailureOf } from './storage-failure.ts'

/** Mutations that share a savepoint: more save little, and cost more to run again when one fails. */
const SHARED_SAVEPOINT_MUTATIONS_MAX = 64

/**
 * A database that mutators run in and patches apply to: what client and server share. It opens no transaction of its own
 * but a savepoint for each run; when something becomes durable is the caller's to say.
 */
export class SyncedDatabase {
  readonly driver: Driver
  readonly schema: Schema
  readonly tables: readonly SyncedTable[]
  readonly #mutators: Mutators
  readonly #capture: Capture
  readonly #applier: PatchApplier
  readonly #statements: StatementCache
  readonly #queriesRead: QueriesRead
  readonly #statementsDepend: StatementsDepend
  readonly #byName: ReadonlyMap<string, SyncedTable>
  readonly #decode: (text: string) => unknown
  readonly #savepoint: Statement
  readonly #release: Statement
  readonly #rollback: Statement
  /** Whether the last run used a statement that can write. */
  #wrote = false
  /** What the last run ran. */
  #ran: StatementsRun = []

  /**
   * Opens a database for a schema; an empty one gets the schema's objects first.
   *
   * @throws SchemaError if the schema cannot be synced; SqliteError if its SQL does not run. The driver stays open.
   */
  static open(driver: Driver, schema: Schema, mutators: Mutators): SyncedDatabase {
    if (isEmpty(driver)) {
      driver.exec('BEGIN IMMEDIATE')
      try {
        createSchema(driver, schema.sql)
        driver.exec('COMMIT')
      } catch (error) {
        if (driver.inTransaction) driver.exec('ROLLBACK')
        throw error
      }
    }
    return new SyncedDatabase(driver, schema, mutators)
  }

  private constructor(driver: Driver, schema: Schema, mutators: Mutators) {
    this.driver = driver
    this.schema = schema
    this.#mutators = mutators
    const { tables, derived } = inspectSchema(driver, schema)
    this.tables = tables
    this.#queriesRead = new QueriesRead(driver, tables, derived)
    this.#statementsDepend = new StatementsDepend(this.#queriesRead, tables)
    this.#byName = new Map(tables.map((table) => [foldName(table.name), table]))
    this.#capture = Capture.install(driver, tables)
    this.#applier = new PatchApplier(driver, tables, this.#capture)
    this.#statements = new StatementCache(driver, { derived })
    const cache = new ArgumentsCache()
    this.#decode = (text) => cache.decode(text)
    this.#savepoint = driver.prepare('SAVEPOINT _savepoint_run')
    this.#release = driver.prepare('RELEASE _savepoint_run')
    this.#rollback = driver.prepare('ROLLBACK TO _savepoint_run')
  }

  /**
   * Runs a mutation in a savepoint of its own, inside the caller's transaction. One that fails leaves nothing behind, and
   * its failure is a result.
   *
   * @throws StorageFailure if the database failed, or the transaction was lost: the caller must roll back and call
   * `rolledBack`. It was no fault of the mutation.
   */
  run(request: RunRequest): MutationRunResult {
    this.#savepoint.run()
    try {
      const result = this.#runObserved(request)
      this.#release.run()
      return result
    } catch (error) {
      this.#undo(error)
      return { ok: false, failure: failureOf(error), ran: this.#ran }
    }
  }

  /**
   * Runs mutations in order, each as {@link run} does, but with a savepoint for many together; where one of them fails,
   * they are undone and run again one by one. That is cheaper where few fail, as in a rebase: a savepoint costs half as
   * much as a small mutation. So do its changes, which are not captured for mutations that are not observed.
   */
  runAll(requests: readonly RunRequest[], options: ReplayOptions): ReplayResult[] {
    const results: ReplayResult[] = []
    while (results.length < requests.length) {
      const start = results.length
      const isObserved = this.#capture.needsChanges || options.isObserved(start)
      let end = start
      while (
        end < requests.length &&
        end - start < SHARED_SAVEPOINT_MUTATIONS_MAX &&
        !options.mayFail(end) &&
        (this.#capture.needsChanges || options.isObserved(end) === isObserved)
      ) {
        end++
      }
      const together = requests.slice(start, Math.max(end, start + 1))
      if (isObserved)
        this.#runGroup(together, results, (request) => {
          options.started?.(results.length)
          return this.#runObserved(request)
        })
      else
        this.#capture.skip(() =>
          this.#runGroup(together, results, (request) => {
            const value = this.#invoke(request)
            return { ok: true, value, changes: undefined, ran: this.#ran }
          }),
        )
    }
    return results
  }

  /** The tables that mutations wrote which were not observed, since this was asked last. */
  takeWrittenTables(): ReadonlySet<string> {
    return this.#capture.takeWritten()
  }

  #runGroup(requests: readonly RunRequest[], results: ReplayResult[], run: (request: RunRequest) => ReplayResult): void {
    const start = results.length
    this.#savepoint.run()
    try {
      for (const request of requests) results.push(run(request))
      this.#release.run()
    } catch (error) {
      this.#undo(error)
      if (requests.length === 1) {
        results.push({ ok: false, failure: failureOf(error), ran: this.#ran })
        return
      }
      results.length = start
      for (const request of requests) this.#runGroup([request], results, run)
    }
  }

  #runObserved(request: RunRequest): Extract<MutationRunResult, { ok: true }> {
    this.#capture.begin()
    const value = this.#invoke(request)
    return { ok: true, value, changes: this.#capture.end(this.#wrote), ran: this.#ran }
  }

  #invoke(request: RunRequest): string {
    const tx = new MutationTx(request, this.#statements, this.#statementsDepend)
    try {
      const value = invokeMutator(this.#mutators, request.name, request.args, tx, request.location === 'client' ? this.#decode : undefined)
      if (tx.storageFailure !== undefined) throw tx.storageFailure
      return value
    } catch (error) {
      throw tx.storageFailure ?? error
    } finally {
      tx.end()
      this.#wrote = tx.wrote
      this.#ran = tx.ran
    }
  }

  /** Undoes what the open savepoint holds, unless the database itself has failed. */
  #undo(error: unknown): void {
    const failure = storageFailureOf(error)
    if (failure !== undefined) throw failure
    if (!this.driver.inTransaction)
      throw new StorageFailure('transaction-lost', 'SQLite rolled the whole transaction back', { cause: error })
    this.#rollback.run()
    this.#release.run()
    this.#capture.discard()
  }

  /** Applies a patch inside the caller's transaction; see {@link PatchApplier.apply} for its terms. */
  apply(patch: Patch): Digest {
    return this.#applier.apply(patch)
  }

  /** True if foreign keys must be off while this patch is applied. */
  needsForeignKeysOff(patch: Patch): boolean {
    return this.#applier.needsForeignKeysOff(patch)
  }

  /** What runs depend on, to be gathered. */
  noDependencies(): Dependencies {
    return new Dependencies(this.#byName)
  }

  /** True if a patch can be applied amid what mutators have run; see {@link PatchApplier.appliesOnTop}. */
  appliesOnTop(patch: Patch): boolean {
    return this.#applier.appliesOnTop(patch)
  }

  /** To be called after the caller has rolled its transaction back. */
  rolledBack(): void {
    this.#capture.discard()
  }

  /**
   * Runs a query.
   *
   * @param isOver asked now and then whether to stop it, where the engine can do that
   * @throws TypeError if it can write; ForbiddenSqlError if it reads what is not the app's; SqliteError if it does not run;
   * Interrupted if it was stopped.
   */
  query(sql: string, params: SqlParams = [], isOver?: () => boolean): ResultRow[] {
    const statement = this.#statements.get(sql)
    if (!statement.readonly) throw new TypeError('A query can only read. Write in a mutator, so that the change is synced.')
    const { driver } = this
    return isOver && driver.interruptible ? driver.interruptible(isOver, () => statement.all(params)) : statement.all(params)
  }

  /** What decides a query's result: tables, or single rows of one. */
  readsOf(sql: string, params: SqlParams): QueryReads {
    return this.#queriesRead.of(sql, params)
  }

  /** The digest of the whole content, by a full scan. */
  scanDigest(): Digest {
    return digestOf(this.driver, this.tables)
  }

  close(): void {
    this.#statements.clear()
    this.driver.close()
  }
}

function isEmpty(driver: Driver): boolean {
  const statement = driver.prepare(
    `SELECT count(*) FROM sqlite_schema WHERE name NOT LIKE '\\_savepoint\\_%' ESCAPE '\\' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'`,
  )
  try {
    return statement.exact()[0]?.[0] === 0
  } finally {
    statement.finalize()
  }
}
