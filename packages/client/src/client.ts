import {
  ARGS_LENGTH_MAX,
  type ClientState,
  decodeData,
  encodeData,
  initialClientState,
  type MutationFailure,
  type MutatorDefinitions,
  type SqlParams,
} from '@savepoint/core'
import type { ResultRow } from '@savepoint/sqlite'
import type { ClientOptions } from './client-options.ts'
import { type ClientStatus, connectionOf } from './client-status.ts'
import { Connection, type ConnectionOwner } from './connection/connection.ts'
import { LiveQueries } from './live/live-queries.ts'
import type { LiveQuery } from './live/live-query.ts'
import { type ApplyEffect, LocalState } from './local-state.ts'
import { type Mutate, mutateFunctions } from './mutate.ts'
import { type LocalResult, type MutationHandle, Settling } from './mutation-handle.ts'
import { type MutationRecord, recordsOf } from './pending/mutation-records.ts'
import { PokeInbox } from './poke-inbox.ts'
import { pushFrames } from './push-frames.ts'
import { Diverged } from './replica/replica.ts'

/** Mutations that may wait for the server. An app that has so many offline should say so to its user. */
const PENDING_MAX = 100_000

/** Quiet time after which confirmed effects are folded into the base. */
const FOLD_AFTER_MS = 500

/**
 * A replica of one room, the queue of what is pending, and the connection that keeps both in step with the server.
 * Made by `createClient`.
 */
export class Client<D extends MutatorDefinitions = MutatorDefinitions> {
  /** The app's mutators: `client.mutate.addItem({ title: 'Milk' })`. */
  readonly mutate: Mutate<D>
  readonly #options: ClientOptions<D>
  readonly #local: LocalState
  readonly #connection: Connection
  readonly #inbox: PokeInbox
  readonly #live: LiveQueries
  readonly #handles = new Map<string, Settling>()
  readonly #statusListeners = new Set<() => void>()
  #status: ClientStatus
  #unsaved: Settling[] = []
  #sentMax: number
  #cancelFold: (() => void) | undefined
  #closed = false

  /** Opens what the storage holds; `start` connects it. */
  constructor(options: ClientOptions<D>) {
    this.#options = options
    const { storage, schema, mutators, auth, scheduler, transport } = options
    const report = (error: unknown) => this.#report(error)
    this.#local = new LocalState({ storage, schema, mutators, auth, newClientID: () => scheduler.id(), report })
    this.mutate = mutateFunctions(mutators.definitions, (name, args) => this.#call(name, args))
    this.#live = new LiveQueries(() => this.#local.database, report)
    this.#inbox = new PokeInbox(scheduler, (effects) => this.#apply(effects))
    const { clientID, position, confirmed, issued } = this.#local
    // What was pending before may have been sent then.
    this.#sentMax = issued
    this.#connection = new Connection(
      initialClientState({ clientID, schema, base: position, confirmed, issued }),
      transport,
      scheduler,
      this.#owner(),
    )
    this.#status = this.#readStatus(this.#connection.state)
  }

  /** Names this replica to the server. It changes only if the server finds that another replica uses it too. */
  get clientID(): string {
    return this.#local.clientID
  }

  /** A new object whenever something in it changes. */
  get status(): ClientStatus {
    return this.#status
  }

  /** Where the data is kept: only `disk` survives the process. */
  get storage(): 'memory' | 'disk' {
    return this.#local.storage.kind
  }

  /** The digest of the confirmed content, to compare with the server's: 16 hex digits. */
  get digest(): string {
    return this.#local.digest
  }

  /** Calls `listener` after each change of `status`. Returns what ends it. */
  onStatus(listener: () => void): () => void {
    const entry = () => listener()
    this.#statusListeners.add(entry)
    return () => this.#statusListeners.delete(entry)
  }

  /** Connects, and stays connected until `stop` or `close`. After a refusal, tries again. */
  start(): void {
    this.#assertOpen()
    this.#connection.step({ type: 'start' })
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
  async query<Row = ResultRow>(sql: string, params: SqlParams = []): Promise<Row[]> {
    this.#assertOpen()
    return this.#local.database.query(sql, params) as Row[]
  }

  /**
   * A query whose rows follow the replica.
   *
   * @throws TypeError if the statement can write; SqliteError if it does not run.
   */
  live<Row = ResultRow>(sql: string, params: SqlParams = []): LiveQuery<Row> {
    this.#assertOpen()
    return this.#live.live<Row>(sql, params)
  }

  /** What is pending, and what has become of mutations lately: the last 10,000 failures that were not dismissed, the last 1,000 confirmed. */
  mutations(): MutationRecord[] {
    this.#assertOpen()
    return recordsOf(this.#local.settledMutations(), this.#local.pending)
  }

  /** Forgets an outcome that the app has dealt with. */
  dismiss(id: string): void {
    this.#assertOpen()
    this.#local.dismiss(id)
  }

  /** Saves what is not saved yet, disconnects, and closes the databases. Handles without an outcome stay so. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#save()
    this.stop()
    this.#closed = true
    this.#cancelFold?.()
    this.#local.close()
  }

  #call(name: string, value: unknown): MutationHandle<unknown> {
    this.#assertOpen()
    const { scheduler } = this.#options
    const seed = scheduler.id()
    const settling = new Settling()
    const args = this.#encodeArgs(name, value)
    if (typeof args !== 'string') return this.#failedHandle(seed, settling, args)
    const { mutation, result } = this.#local.add({ name, args, createdAt: Math.floor(scheduler.now()), seed })
    if (!result.ok) return this.#failedHandle(seed, settling, result.failure)
    this.#handles.set(seed, settling)
    this.#unsaved.push(settling)
    if (this.#unsaved.length === 1) queueMicrotask(() => this.#save())
    this.#tell({ type: 'mutated', mutationID: mutation.mutationID, name })
    this.#changed(new Set(result.changes.map((change) => change.table)))
    return this.#handle(seed, { ok: true, value: decodeData(result.value) }, settling)
  }

  #encodeArgs(name: string, value: unknown): string | MutationFailure {
    if (this.#local.pendingCount >= PENDING_MAX) {
      const message = `${PENDING_MAX} mutations wait for the server. This one was not made; they are kept and sent when the server is reached.`
      return { reason: 'rejected', code: 'pending-full', message }
    }
    try {
      const args = encodeData(value)
      if (args.length <= ARGS_LENGTH_MAX) return args
      return {
        reason: 'schema',
        code: 'args-too-large',
        message: `The arguments of "${name}" take ${args.length} characters; the limit is ${ARGS_LENGTH_MAX}.`,
      }
    } catch (error) {
      return { reason: 'schema', code: 'invalid-args', message: `The arguments of "${name}" cannot be sent: ${(error as Error).message}` }
    }
  }

  #failedHandle(seed: string, settling: Settling, failure: MutationFailure): MutationHandle<unknown> {
    settling.saved()
    settling.settle({ ok: false, ...failure })
    return this.#handle(seed, { ok: false, ...failure }, settling)
  }

  #handle(id: string, local: LocalResult<unknown>, { durable, confirmed }: Settling): MutationHandle<unknown> {
    return { id, local, durable, confirmed, cancel: () => this.#cancel(id) }
  }

  /** Once a turn, so that all mutations of a turn share one write. */
  #save(): void {
    const unsaved = this.#unsaved
    if (this.#closed || unsaved.length === 0) return
    this.#unsaved = []
    try {
      this.#local.save()
      for (const settling of unsaved) settling.saved()
    } catch (error) {
      for (const settling of unsaved) settling.notSaved(error)
      this.#report(error)
    }
    this.#connection.step({ type: 'issued', issued: this.#local.issued })
  }

  #cancel(id: string): boolean {
    if (this.#closed) return false
    const mutation = this.#local.pending.find((pending) => pending.seed === id)
    if (mutation === undefined || mutation.mutationID <= this.#sentMax) return false
    this.#save()
    const rebase = this.#local.cancel(id)
    if (rebase === undefined) return false
    this.#handles.get(id)?.settle({ ok: false, reason: 'cancelled', code: 'cancelled', message: 'It was taken back before it was sent.' })
    this.#handles.delete(id)
    this.#connection.step({ type: 'withdrawn', issued: this.#local.issued })
    this.#changed(rebase.tables)
    return true
  }

  #owner(): ConnectionOwner {
    return {
      apply: (effect) => this.#inbox.add(effect),
      push: ({ after, count }, send) => {
        const mutations = this.#local.pendingAfter(after, count)
        for (const frame of pushFrames(mutations, this.#local.confirmed)) send(frame)
        const through = mutations.at(-1)?.mutationID ?? after + count
        this.#sentMax = Math.max(this.#sentMax, through)
        this.#tell({ type: 'pushed', mutationIDs: mutations.map((mutation) => mutation.mutationID) })
        return through
      },
      stage: (snapshot) => this.#local.stage(snapshot),
      changed: (state) => this.#updateStatus(state),
      report: (error) => this.#report(error),
    }
  }

  #apply(effects: readonly [ApplyEffect, ...ApplyEffect[]]): void {
    if (this.#closed) return
    const from = this.#local.position
    try {
      const { rebase, settled, adopted, forked } = this.#local.apply(effects)
      const { clientID, confirmed, issued, lastMutationID } = this.#local
      if (adopted) this.#tell({ type: 'bootstrapped', version: this.#local.position?.version ?? 0 })
      const replayed = rebase.replayed.map(({ mutation: { mutationID, name }, withdrawn }) => ({
        mutationID,
        name,
        ...(withdrawn && { withdrawn }),
      }))
      const { rebased, undone } = rebase
      this.#tell({
        type: 'advanced',
        from: from?.version ?? null,
        to: this.#local.position?.version ?? 0,
        rebased,
        undone,
        replayed,
        lastMutationID,
      })
      this.#changed(adopted ? undefined : rebase.tables)
      for (const { mutation, outcome, diverged } of settled) {
        this.#tell({ type: 'settled', mutationID: mutation.mutationID, name: mutation.name, outcome })
        this.#handles.get(mutation.seed)?.settle(outcome.ok ? { ok: true, value: decodeData(outcome.value), diverged } : outcome)
        this.#handles.delete(mutation.seed)
      }
      if (forked) {
        this.#sentMax = 0
        this.#tell({ type: 'forked', clientID })
        this.#connection.step({ type: 'forked', clientID, issued })
      } else this.#connection.step({ type: 'applied', confirmed, issued })
      this.#foldLater()
    } catch (error) {
      this.#inbox.clear()
      this.#local.unstage()
      this.#report(error)
      this.#connection.step(error instanceof Diverged ? { type: 'diverged' } : { type: 'not-applied', base: this.#local.position })
    }
  }

  #foldLater(): void {
    this.#cancelFold?.()
    this.#cancelFold = this.#options.scheduler.after(FOLD_AFTER_MS, () => {
      this.#cancelFold = undefined
      try {
        if (!this.#closed) this.#local.fold()
      } catch (error) {
        this.#report(error)
      }
    })
  }

  /** Tables have changed; with no names given, all of them may have. */
  #changed(tables: ReadonlySet<string> | undefined): void {
    if (tables === undefined || tables.size > 0) this.#live.changed(tables)
    this.#updateStatus(this.#connection.state)
  }

  #updateStatus(state: ClientState): void {
    const status = this.#readStatus(state)
    const before = this.#status
    if ((Object.keys(status) as (keyof ClientStatus)[]).every((key) => status[key] === before[key])) return
    this.#status = status
    for (const listener of [...this.#statusListeners]) {
      try {
        listener()
      } catch (error) {
        this.#report(error)
      }
    }
  }

  #readStatus(state: ClientState): ClientStatus {
    const { position, pendingCount } = this.#local
    const oldestPendingAt = pendingCount === 0 ? null : (this.#local.oldestPending?.createdAt ?? null)
    return { ...connectionOf(state.stage), version: position?.version ?? null, pending: pendingCount, oldestPendingAt }
  }

  #tell(event: Parameters<NonNullable<ClientOptions<D>['onEvent']>>[0]): void {
    this.#options.onEvent?.(event)
  }

  #report(error: unknown): void {
    this.#tell({ type: 'failed', error })
  }

  #assertOpen(): void {
    if (this.#closed) throw new Error('This client is closed. What was pending is kept where its storage is; open a new one to go on.')
  }
}
