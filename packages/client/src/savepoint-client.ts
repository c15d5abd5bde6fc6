import type { MutatorDefinitions, SqlParams } from '@savepoint/core'
import type { ResultRow } from '@savepoint/sqlite'
import type { ClientStatus } from './client-status.ts'
import type { LiveQuery } from './live/live-query.ts'
import type { Mutate } from './mutate.ts'
import type { Awaitable } from './mutation-handle.ts'
import type { MutationRecord, MutationSelection } from './pending/mutation-records.ts'
import type { SqlQuery } from './sql-query.ts'
import type { StorageInfo } from './storage.ts'

export interface QueryOptions {
  /** Aborted when the rows are not wanted any more: the query rejects with its reason, and in a worker stops running soon after. */
  readonly signal?: AbortSignal | undefined
}

/**
 * A client as apps hold it, wherever its replica runs: in this very process (`Client`), in a worker, or in the worker of
 * another tab. What is at hand in the first comes as a promise from the others: await it, and it fits all.
 */
export interface SavepointClient<D extends MutatorDefinitions = MutatorDefinitions> {
  /** The app's mutators: `client.mutate.addItem({ title: 'Milk' })`. */
  readonly mutate: Mutate<D>
  /** A new object whenever something in it changes. */
  readonly status: ClientStatus
  /** Where the data is kept, and why not somewhere better. */
  readonly storage: StorageInfo
  /** Calls `listener` after each change of `status`. Returns what ends it. */
  onStatus(listener: () => void): () => void
  /** Connects, and stays connected until `stop` or `close`. After a refusal, tries again. */
  start(): void
  /** Disconnects; reads and mutations go on offline. */
  stop(): void
  /**
   * Reads the replica as it is now, predictions included.
   *
   * @throws TypeError (rejects) if the statement can write; SqliteError if it does not run.
   */
  query<Row = ResultRow>(query: SqlQuery<Row>, params?: SqlParams, options?: QueryOptions): Promise<Row[]>
  /** A query whose rows follow the replica. */
  live<Row = ResultRow>(query: SqlQuery<Row>, params?: SqlParams): LiveQuery<Row>
  /**
   * What is pending, and what has become of mutations lately: the last 10,000 failures that were not dismissed, the last 1,000
   * confirmed. Outcomes come first, oldest first, then what is pending in its order. `limit` takes the last ones of that.
   *
   * @throws TypeError (rejects, from a worker) if the selection names what there is not.
   */
  mutations(selection?: MutationSelection): Awaitable<MutationRecord[]>
  /**
   * Calls `listener` after each change of what `mutations` tells, once for all that changed in one turn; with a `status`, only
   * if records of it have changed. Returns what ends it.
   */
  onMutations(listener: () => void, selection?: Pick<MutationSelection, 'status'>): () => void
  /** Forgets an outcome that the app has dealt with. */
  dismiss(id: string): Awaitable<void>
  /** Saves what is not saved yet, disconnects, and lets go of the storage. Handles without an outcome stay so. */
  close(): Promise<void>
}
