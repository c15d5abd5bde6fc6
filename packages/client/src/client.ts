import { type BasePosition, type ClientState, initialClientState, type MutatorDefinitions, type SqlParams } from '@savepoint/core'
import type { ResultRow } from '@savepoint/sqlite'
import { type ClientEventReport, describeRebase } from './client-event.ts'
import type { ClientOptions } from './client-options.ts'
import { type ClientStatus, connectionOf, type Outage, sameStatus } from './client-status.ts'
import { Connection, type ConnectionOwner } from './connection/connection.ts'
import { isDamage } from './damage.ts'
import { Listeners } from './listeners.ts'
import { LiveQueries } from './live/live-queries.ts'
import type { LiveQuery } from './live/live-query.ts'
import { ReplicaReader } from './live/replica-reader.ts'
import { type Applied, type ApplyEffect, LocalState } from './local-state.ts'
import { type LocalMutate, mutateFunctions } from './mutate.ts'
import { type CallOwner, MutationCalls, type RemoteCall } from './mutation-calls.ts'
import type { LocalMutationHandle } from './mutation-handle.ts'
import { MutationListeners } from './mutation-listeners.ts'
import type { MutationRecord, MutationSelection, MutationStatus } from './pending/mutation-records.ts'
import type { Fate, SettledMutation } from './pending/pending-mutation.ts'
import { PokeInbox } from './poke-inbox.ts'
import { fitInFlight, pushFrames } from './push-frames.ts'
import { Diverged } from './replica/advance.ts'
import type { ChangedRows } from './replica/changed-rows.ts'
import type { QueryOptions, SavepointClient } from './savepoint-client.ts'
import { type SqlQuery, statementOf } from './sql-query.ts'
import type { StorageInfo } from './storage.ts'

/** Quiet time after which confirmed effects are folded into the base. */
const FOLD_AFTER_MS = 500

/** Time after which a disk that took nothing is tried again. */
const SAVE_AGAIN_AFTER_MS = 5000

/**
 * A replica of one room, the queue of what is pending, and the connection that keeps both in step with the server.
 * Made by `createClient`.
 */
export class Client<D extends MutatorDefinitions = MutatorDefinitions> implements SavepointClient<D> {
  /** The app's mutators: `client.mutate.addItem({ title: 'Milk' })`. */
  readonly mutate: LocalMutate<D>
  /** For a host, which runs the queries of its pages itself. */
  readonly reader: ReplicaReader
  readonly #options: ClientOptions<D>
  readonly #local: LocalState
  readonly #connection: Connection
  readonly #inbox: PokeInbox
  readonly #live: LiveQueries
  readonly #calls: MutationCalls
  readonly #statusListeners = new Listeners()
  readonly #mutationListeners = new MutationListeners((error) => this.#report(error))
  #isRecovering = false
  #lostAt: number | null = null
  #status: ClientStatus
  #cancelFold: (() => void) | undefined
  readonly #endNetwork: (() => void) | undefined
  #closed = false

  /** Opens what the storage holds; `start` connects it. */
  constructor(options: ClientOptions<D>) {
    this.#options = options
    const { storage, schema, mutators, auth, scheduler, transport } = options
    const report = (error: unknown) => this.#report(error)
    const flushed = (error?: unknown) => this.#flushed(error)
    this.#local = new LocalState({ storage, schema, mutators, auth, newClientID: () => scheduler.id(), report, flushed })
    this.#calls = new MutationCalls(this.#local, scheduler, this.#callOwner())
    this.mutate = mutateFunctions(mutators.definitions, (name, args) => {
      this.#assertOpen()
      return this.#calls.call(name, args)
    })
    this.reader = new ReplicaReader(
      () => this.#local.database,
      (error) => this.#recoverFrom(error),
    )
    this.#live = new LiveQueries(this.reader, report)
    this.#inbox = new PokeInbox(scheduler, (effects) => this.#apply(effects))
    const { clientID, position, kept: confirmed, sendable: issued } = this.#local
    const state = initialClientState({ clientID, schema, base: position, confirmed, issued })
    this.#connection = new Connection(state, transport, scheduler, this.#owner())
    this.#endNetwork = transport.onNetwork?.((isThere) => this.#connection.step({ type: 'network', isThere }))
    this.#status = this.#readStatus(this.#connection.state)
  }

  /** Runs a call that was made elsewhere. Who may have handed it over before asks `find` first. */
  take(call: RemoteCall): LocalMutationHandle<unknown> {
    this.#assertOpen()
    return this.#calls.take(call)
  }

  /** The handle of a mutation that is pending or whose outcome is kept, whoever called it and when. */
  find(id: string): LocalMutationHandle<unknown> | undefined {
    this.#assertOpen()
    return this.#calls.find(id)
  }

  /** Outcomes as they are kept, for a client that takes over from this one. */
  handOver(): readonly SettledMutation[] {
    this.#assertOpen()
    return this.#local.settled()
  }

  /**
   * Takes over from a client that stood in for this one, before the first `start`: what it has made of mutations is listed here, and
   * those of them that are pending here are not sent again.
   */
  takeOver(outcomes: readonly SettledMutation[], fates: ReadonlyMap<string, Fate>): void {
    this.#assertOpen()
    this.#calls.takenOver(this.#local.takeOver(outcomes, fates))
    this.#connection.step({ type: 'withdrawn', issued: this.#local.sendable })
    this.#changed(undefined)
    this.#foldLater()
  }

  /** Names this replica to the server. It changes only if the server finds that another replica uses it too. */
  get clientID(): string {
    return this.#local.clientID
  }

  /** A new object whenever something in it changes. */
  get status(): ClientStatus {
    return this.#status
  }

  /** Where the data is kept, and why not somewhere better. */
  get storage(): StorageInfo {
    const { kind, why } = this.#local.storage
    return why === undefined ? { kind } : { kind, why }
  }

  /** The digest of the confirmed content, to compare with the server's: 16 hex digits. */
  get digest(): string {
    return this.#local.digest
  }

  /** Where the confirmed content stands: the room's incarnation and its version. Null until the first snapshot. */
  get position(): BasePosition | null {
    return this.#local.position
  }

  /** Calls `listener` after each change of `status`. Returns what ends it. */
  onStatus(listener: () => void): () => void {
    return this.#statusListeners.add(listener)
  }

  /** Connects, and stays connected until `stop` or `close`. After a refusal, tries again. */
  start(): void {
    this.#assertOpen()
    this.#connection.step({ type: 'start' })
  }

  /** As `start`, for a host: an attempt that is under way will do. */
  ensureStarted(): void {
    this.#connection.step({ type: 'ensure-started' })
  }

  /** Disconnects; reads and mutations go on offline. */
  stop(): void {
    this.#connection.step({ type: 'stop' })
  }

  /**
   * Reads the replica as it is now, predictions included.
   *
   * @throws TypeError (rejects) if the statement can write; SqliteError if it does not run.
   */
  async query<Row = ResultRow>(query: SqlQuery<Row>, params?: SqlParams, { signal }: QueryOptions = {}): Promise<Row[]> {
    signal?.throwIfAborted()
    return this.read(query, params)
  }

  /**
   * As `query`, at once: the replica is in this very process.
   *
   * @throws as `query` rejects.
   */
  read<Row = ResultRow>(query: SqlQuery<Row>, params?: SqlParams): Row[] {
    this.#assertOpen()
    const statement = statementOf(query, params)
    return this.reader.query(statement.sql, statement.params) as Row[]
  }

  /**
   * A query whose rows follow the replica.
   *
   * @throws TypeError if the statement can write; SqliteError if it does not run.
   */
  live<Row = ResultRow>(query: SqlQuery<Row>, params?: SqlParams): LiveQuery<Row> {
    this.#assertOpen()
    const statement = statementOf(query, params)
    return this.#live.live<Row>(statement.sql, statement.params)
  }

  /**
   * What is pending, and what has become of mutations lately: the last 10,000 failures that were not dismissed, the last 1,000
   * confirmed. Outcomes come first, oldest first, then what is pending in its order. `limit` takes the last ones of that.
   * Kept records in which nothing has changed are the same objects again.
   *
   * @throws TypeError if the selection names what there is not.
   */
  mutations(selection: MutationSelection = {}): MutationRecord[] {
    this.#assertOpen()
    return this.#local.records(selection, this.#calls.sentMax)
  }

  /**
   * Calls `listener` after each change of what `mutations` tells, once for all that changed in one turn; with a `status`, only
   * if records of it have changed. It is told of which status there is news. Returns what ends it.
   */
  onMutations(listener: (news: ReadonlySet<MutationStatus>) => void, selection: Pick<MutationSelection, 'status'> = {}): () => void {
    return this.#mutationListeners.add(listener, selection)
  }

  /** Forgets an outcome that the app has dealt with. */
  dismiss(id: string): void {
    this.#assertOpen()
    this.#local.dismiss(id)
    this.#mutationListeners.tellSoon('rejected', 'confirmed')
  }

  /** Saves what is not saved yet, disconnects, and closes the databases. Handles without an outcome stay so. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#calls.close()
    this.stop()
    this.#closed = true
    this.#endNetwork?.()
    this.#cancelFold?.()
    this.#live.close()
    this.#mutationListeners.clear()
    await this.#local.close()?.catch((error) => this.#report(error))
  }

  #callOwner(): CallOwner {
    return {
      tracing: this.#options.tracing,
      tell: (event) => this.#tell(event),
      report: (error) => this.#report(error),
      failed: (error) => this.#recoverFrom(error),
      changed: (rows) => {
        this.#changed(rows)
        this.#mutationListeners.tellSoon('pending')
      },
      saved: (succeeded) => {
        if (!succeeded) this.#foldLater(SAVE_AGAIN_AFTER_MS)
        this.#saved()
      },
      withdrawn: () => this.#connection.step({ type: 'withdrawn', issued: this.#local.sendable }),
    }
  }

  #owner(): ConnectionOwner {
    return {
      apply: (effect) => this.#inbox.add(effect),
      push: ({ after, count }, send) => {
        const { kept } = this.#local
        const inFlight = this.#local.pendingAfter(kept, after - kept).filter((mutation) => mutation.mutationID <= after)
        const mutations = fitInFlight(inFlight, this.#local.pendingAfter(after, count))
        if (mutations.length === 0) return after
        for (const frame of pushFrames(mutations, kept, (seed) => this.#calls.traceOf(seed))) send(frame)
        const through = mutations.at(-1)?.mutationID ?? after
        this.#calls.sent(mutations)
        this.#mutationListeners.tellSoon('pending')
        this.#tell({ type: 'pushed', mutationIDs: mutations.map((mutation) => mutation.mutationID) })
        return through
      },
      receive: () => this.#local.receive(),
      stage: (snapshot) => this.#local.stage(snapshot),
      changed: (state) => this.#updateStatus(state),
      report: (error) => this.#report(error),
    }
  }

  #apply(effects: readonly [ApplyEffect, ...ApplyEffect[]]): void {
    if (this.#closed) return
    const from = this.#local.position
    const began = this.#options.scheduler.now()
    try {
      const applied = this.#local.apply(effects)
      const { clientID, kept, sendable } = this.#local
      // Who is told of it may look at queries.
      this.#changed(applied.adopted ? undefined : applied.rebase.changed)
      this.#tellApplied(from, applied, began)
      for (const settled of applied.settled) this.#calls.settle(settled)
      for (const { outcome } of applied.settled) this.#mutationListeners.tellSoon('pending', outcome.ok ? 'confirmed' : 'rejected')
      if (applied.forked) {
        this.#calls.forked()
        this.#mutationListeners.tellSoon('pending')
        this.#tell({ type: 'forked', clientID })
        this.#connection.step({ type: 'forked', clientID, issued: sendable })
      } else this.#connection.step({ type: 'applied', confirmed: kept, issued: sendable })
      this.#foldLater()
    } catch (error) {
      this.#inbox.clear()
      this.#local.unstage()
      this.#report(error)
      this.#changed(undefined)
      const isLost = error instanceof Diverged || isDamage(error)
      this.#isRecovering ||= isLost
      this.#connection.step(isLost ? { type: 'diverged' } : { type: 'not-applied', base: this.#local.position })
    }
  }

  /** A base whose file is damaged is given up for a snapshot; once, however often it is met until that has come. */
  #recoverFrom(error: unknown): void {
    if (this.#closed || !isDamage(error) || this.#connection.state.base === null) return
    this.#isRecovering = true
    this.#connection.step({ type: 'diverged' })
  }

  #saved(): void {
    this.#connection.step({ type: 'kept', confirmed: this.#local.kept })
    this.#connection.step({ type: 'issued', issued: this.#local.sendable })
  }

  #flushed(error: unknown): void {
    if (this.#closed) return
    if (error !== undefined) {
      this.#report(error)
      this.#foldLater(SAVE_AGAIN_AFTER_MS)
    }
    this.#saved()
  }

  #tellApplied(from: BasePosition | null, { rebase, adopted }: Applied, began: number): void {
    if (this.#options.onEvent === undefined && this.#options.tracing === undefined) return
    const { lastMutationID, position } = this.#local
    const [to, ms] = [position?.version ?? 0, this.#options.scheduler.now() - began]
    if (adopted) this.#tell({ type: 'bootstrapped', version: to })
    this.#tell({ type: 'advanced', from: from?.version ?? null, to, ...describeRebase(rebase), began, ms, lastMutationID })
  }

  #foldLater(ms = FOLD_AFTER_MS): void {
    this.#cancelFold?.()
    if (this.#closed) return
    this.#cancelFold = this.#options.scheduler.after(ms, () => {
      this.#cancelFold = undefined
      try {
        this.#local.fold((rows) => this.#changed(rows))
      } catch (error) {
        this.#report(error)
        this.#changed(undefined)
        this.#foldLater(SAVE_AGAIN_AFTER_MS)
      }
      this.#saved()
    })
  }

  /** Rows have changed; with none given, any may have. */
  #changed(rows: ChangedRows | undefined): void {
    if (rows === undefined || !rows.isEmpty) this.reader.changed(rows)
    this.#updateStatus(this.#connection.state)
  }

  #updateStatus(state: ClientState): void {
    const status = this.#readStatus(state)
    if (sameStatus(status, this.#status)) return
    this.#status = status
    this.#statusListeners.tell((error) => this.#report(error))
  }

  #readStatus(state: ClientState): ClientStatus {
    const { position, pendingCount } = this.#local
    const { connection, refusal } = connectionOf(state.stage, state.readOnly)
    if (connection === 'live') this.#isRecovering = false
    return {
      connection: this.#isRecovering && connection === 'catching-up' ? 'recovering' : connection,
      version: position?.version ?? null,
      pending: pendingCount,
      oldestPendingAt: pendingCount === 0 ? null : (this.#local.oldestPending?.createdAt ?? null),
      download: connection === 'catching-up' ? this.#connection.download : null,
      outage: this.#readOutage(connection),
      refusal,
      transport: this.#connection.over,
    }
  }

  #readOutage(connection: ClientStatus['connection']): Outage | null {
    const isOver = connection === 'live' || connection === 'stopped' || connection === 'refused'
    this.#lostAt = isOver ? null : (this.#lostAt ?? (connection === 'offline' ? this.#options.scheduler.now() : null))
    if (this.#lostAt === null) return null
    return { since: this.#lostAt, nextTryAt: connection === 'offline' ? this.#connection.nextTryAt : null }
  }

  /** Who watches and throws does not stop the client; it is told of its own error, once. */
  #tell(event: ClientEventReport): void {
    try {
      this.#options.tracing?.hear(event)
      this.#options.onEvent?.(event)
    } catch (error) {
      if (event.type !== 'failed') this.#report(error)
    }
  }

  #report(error: unknown): void {
    this.#tell({ type: 'failed', error })
  }

  #assertOpen(): void {
    if (this.#closed) throw new Error('This client is closed. What was pending is kept where its storage is; open a new one to go on.')
  }
}
