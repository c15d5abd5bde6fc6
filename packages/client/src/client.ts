import {
  ARGS_LENGTH_MAX,
  type BasePosition,
  type ClientState,
  decodeData,
  encodeData,
  initialClientState,
  type MutationFailure,
  type MutatorDefinitions,
  type SqlParams,
} from '@savepoint/core'
import { type ResultRow, StorageFailure } from '@savepoint/sqlite'
import type { ClientEventReport } from './client-event.ts'
import type { ClientOptions } from './client-options.ts'
import { type ClientStatus, connectionOf, sameStatus } from './client-status.ts'
import { Connection, type ConnectionOwner } from './connection/connection.ts'
import { LiveQueries } from './live/live-queries.ts'
import type { LiveQuery } from './live/live-query.ts'
import { type Applied, type ApplyEffect, LocalState, type Settled } from './local-state.ts'
import { type Mutate, mutateFunctions } from './mutate.ts'
import { type ConfirmedResult, type LocalResult, type MutationHandle, Settling } from './mutation-handle.ts'
import { type MutationRecord, recordsOf } from './pending/mutation-records.ts'
import type { PendingMutation } from './pending/pending-mutation.ts'
import { PokeInbox } from './poke-inbox.ts'
import { fitInFlight, pushFrames } from './push-frames.ts'
import { Diverged, type Rebase } from './replica/replica.ts'

/** Mutations that may wait for the server. An app that has so many offline should say so to its user. */
const PENDING_MAX = 100_000

/** Quiet time after which confirmed effects are folded into the base. */
const FOLD_AFTER_MS = 500

/** Time after which a disk that took nothing is tried again. */
const SAVE_AGAIN_AFTER_MS = 5000

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
    const { clientID, position, kept: confirmed, sendable: issued } = this.#local
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
    this.#live.close()
    this.#local.close()
  }

  #call(name: string, value: unknown): MutationHandle<unknown> {
    this.#assertOpen()
    const { scheduler } = this.#options
    const seed = scheduler.id()
    const settling = new Settling()
    const args = this.#encodeArgs(name, value)
    if (typeof args !== 'string') return this.#failedHandle(seed, settling, args)
    const added = this.#add({ name, args, createdAt: Math.max(0, Math.floor(scheduler.now())), seed })
    if ('reason' in added) return this.#failedHandle(seed, settling, added)
    const { mutation, result } = added
    if (!result.ok) return this.#failedHandle(seed, settling, result.failure)
    this.#handles.set(seed, settling)
    this.#unsaved.push(settling)
    if (this.#unsaved.length === 1) queueMicrotask(() => this.#save())
    this.#tell({ type: 'mutated', id: seed, mutationID: mutation.mutationID, name })
    this.#changed(new Set(result.changes.map((change) => change.table)))
    return this.#handle(seed, { ok: true, value: decodeData(result.value) }, settling)
  }

  #add(call: Omit<PendingMutation, 'mutationID'>): ReturnType<LocalState['add']> | MutationFailure {
    try {
      return this.#local.add(call)
    } catch (error) {
      if (!(error instanceof StorageFailure)) throw error
      this.#changed(undefined)
      return { reason: 'rejected', code: 'storage', message: `"${call.name}" was not made, and all else is kept. ${error.message}` }
    }
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
      this.#foldLater(SAVE_AGAIN_AFTER_MS)
    }
    this.#connection.step({ type: 'kept', confirmed: this.#local.kept })
    this.#connection.step({ type: 'issued', issued: this.#local.sendable })
  }

  #cancel(id: string): boolean {
    if (this.#closed) return false
    const mutation = this.#local.pending.find((pending) => pending.seed === id)
    if (mutation === undefined || mutation.mutationID <= this.#sentMax) return false
    const rebase = this.#withdraw(id)
    if (rebase === undefined) return false
    this.#handles.get(id)?.settle({ ok: false, reason: 'cancelled', code: 'cancelled', message: 'It was taken back before it was sent.' })
    this.#handles.delete(id)
    this.#connection.step({ type: 'withdrawn', issued: this.#local.sendable })
    this.#changed(rebase.tables)
    return true
  }

  #withdraw(id: string): Rebase | undefined {
    try {
      return this.#local.cancel(id)
    } catch (error) {
      this.#report(error)
      this.#changed(undefined)
      return undefined
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
        for (const frame of pushFrames(mutations, kept)) send(frame)
        const through = mutations.at(-1)?.mutationID ?? after
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
      const applied = this.#local.apply(effects)
      const { clientID, kept, sendable } = this.#local
      this.#tellApplied(from, applied)
      this.#changed(applied.adopted ? undefined : applied.rebase.tables)
      for (const settled of applied.settled) this.#settle(settled)
      if (applied.forked) {
        this.#sentMax = 0
        this.#tell({ type: 'forked', clientID })
        this.#connection.step({ type: 'forked', clientID, issued: sendable })
      } else this.#connection.step({ type: 'applied', confirmed: kept, issued: sendable })
      this.#foldLater()
    } catch (error) {
      this.#inbox.clear()
      this.#local.unstage()
      this.#report(error)
      this.#changed(undefined)
      this.#connection.step(error instanceof Diverged ? { type: 'diverged' } : { type: 'not-applied', base: this.#local.position })
    }
  }

  #settle({ mutation, outcome, diverged }: Settled): void {
    this.#tell({ type: 'settled', id: mutation.seed, mutationID: mutation.mutationID, name: mutation.name, outcome })
    const handle = this.#handles.get(mutation.seed)
    this.#handles.delete(mutation.seed)
    handle?.settle(outcome.ok ? decodeOutcome(outcome.value, diverged) : outcome)
  }

  #tellApplied(from: BasePosition | null, { rebase, adopted }: Applied): void {
    if (this.#options.onEvent === undefined) return
    const { lastMutationID, position } = this.#local
    const to = position?.version ?? 0
    const { rebased, undone } = rebase
    const replayed = rebase.replayed.map(({ mutation: { mutationID, name }, withdrawn }) => ({
      mutationID,
      name,
      ...(withdrawn && { withdrawn }),
    }))
    if (adopted) this.#tell({ type: 'bootstrapped', version: to })
    this.#tell({ type: 'advanced', from: from?.version ?? null, to, rebased, undone, replayed, lastMutationID })
  }

  #foldLater(ms = FOLD_AFTER_MS): void {
    this.#cancelFold?.()
    if (this.#closed) return
    this.#cancelFold = this.#options.scheduler.after(ms, () => {
      this.#cancelFold = undefined
      try {
        this.#local.fold()
      } catch (error) {
        this.#report(error)
        this.#changed(undefined)
        this.#foldLater(SAVE_AGAIN_AFTER_MS)
      }
      this.#connection.step({ type: 'kept', confirmed: this.#local.kept })
      this.#connection.step({ type: 'issued', issued: this.#local.sendable })
    })
  }

  /** Tables have changed; with no names given, all of them may have. */
  #changed(tables: ReadonlySet<string> | undefined): void {
    if (tables === undefined || tables.size > 0) this.#live.changed(tables)
    this.#updateStatus(this.#connection.state)
  }

  #updateStatus(state: ClientState): void {
    const status = this.#readStatus(state)
    if (sameStatus(status, this.#status)) return
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

  /** Who watches and throws does not stop the client; it is told of its own error, once. */
  #tell(event: ClientEventReport): void {
    try {
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

/** What the server sends was checked as a frame, but a value's own text only now. */
function decodeOutcome(value: string, diverged: boolean): ConfirmedResult<unknown> {
  try {
    return { ok: true, value: decodeData(value), diverged }
  } catch (error) {
    return {
      ok: false,
      reason: 'schema',
      code: 'invalid-result',
      message: `It was confirmed, but its value cannot be read: ${(error as Error).message}`,
    }
  }
}
