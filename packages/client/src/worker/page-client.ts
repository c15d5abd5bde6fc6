import type { MutatorDefinitions, SqlParams } from '@savepoint/core'
import type { ResultRow } from '@savepoint/sqlite'
import type { CallTracing } from '../call-tracing.ts'
import type { ClientEventReport } from '../client-event.ts'
import type { ClientStatus } from '../client-status.ts'
import type { GiveToken } from '../connection/transport.ts'
import { encodeArgs } from '../encode-args.ts'
import { Listeners } from '../listeners.ts'
import type { LiveQuery } from '../live/live-query.ts'
import type { Mutate } from '../mutate.ts'
import type { RemoteCall } from '../mutation-calls.ts'
import type { MutationHandle } from '../mutation-handle.ts'
import { MutationListeners } from '../mutation-listeners.ts'
import type { MutationRecord, MutationSelection } from '../pending/mutation-records.ts'
import type { QueryOptions, SavepointClient } from '../savepoint-client.ts'
import { type SqlQuery, statementOf } from '../sql-query.ts'
import type { StorageInfo } from '../storage.ts'
import { packError, unpackError } from './crossing-error.ts'
import { PageAsks } from './page-asks.ts'
import { PageCall } from './page-call.ts'
import { PageQueries } from './page-queries.ts'
import type { HostMessage, PageMessage, PageState, Question, Step } from './protocol.ts'

/** The line of a page to whichever host leads. */
export interface PageLink {
  tell(host: string, messages: readonly PageMessage[]): void
  /** Tries again to have a host, after it has failed. */
  retry(): void
  close(): Promise<void>
}

interface PageClientOptions {
  readonly now: () => number
  readonly id: () => string
  readonly isStarted: boolean
  readonly token?: GiveToken | undefined
  readonly onEvent?: ((event: ClientEventReport) => void) | undefined
  readonly tracing?: CallTracing | undefined
  readonly onNetwork?: (changed: (isThere: boolean) => void) => () => void
}

const CLOSED = 'This client is closed. What was pending is kept where its storage is; open a new one to go on.'

const UNKNOWN_STATUS: ClientStatus = {
  connection: 'connecting',
  version: null,
  pending: 0,
  oldestPendingAt: null,
  download: null,
  outage: null,
  refusal: null,
  transport: null,
}

/**
 * A client on a page, whose replica is in a worker, of this tab or of another: it keeps all that a host has to know of the
 * page, so that another host can take over at any time.
 */
export class PageClient<D extends MutatorDefinitions = MutatorDefinitions> implements SavepointClient<D> {
  readonly mutate: Mutate<D>
  /** Resolves when a host has told how things stand; rejects if none can be had. */
  readonly ready: Promise<void>
  readonly #options: PageClientOptions
  readonly #link: PageLink
  readonly #queries: PageQueries
  readonly #calls = new Map<string, PageCall>()
  readonly #asks: PageAsks
  readonly #statusListeners = new Listeners()
  readonly #mutationListeners = new MutationListeners((error) => this.#report(error))
  #status = UNKNOWN_STATUS
  #storage: StorageInfo = { kind: 'memory', why: 'The replica is not open yet.' }
  /** The highest version that was shown, of the room as it is. */
  #shown: number | null = null
  #host: string | undefined
  #out: PageMessage[] = []
  #isScheduled = false
  #isStarted: boolean
  #failure: Error | undefined
  #closing: Promise<void> | undefined
  #detached: (() => void) | undefined
  readonly #endNetwork: (() => void) | undefined
  #isReady: (error?: Error) => void = () => {}

  constructor(link: PageLink, options: PageClientOptions) {
    this.#link = link
    this.#options = options
    this.#isStarted = options.isStarted
    this.#queries = new PageQueries({
      tell: (message) => this.#out.push(message),
      schedule: () => this.#schedule(),
      report: (error) => this.#report(error),
    })
    this.#asks = new PageAsks((message) => this.#tell(message))
    this.mutate = mutateByName((name, args) => this.#call(name, args)) as unknown as Mutate<D>
    this.ready = new Promise((resolve, reject) => {
      this.#isReady = (error) => (error === undefined ? resolve() : reject(error))
    })
    this.ready.catch(() => {})
    this.#endNetwork = options.onNetwork?.((isThere) => this.#tell({ type: 'network', isThere }))
  }

  get status(): ClientStatus {
    return this.#status
  }

  get storage(): StorageInfo {
    return this.#storage
  }

  onStatus(listener: () => void): () => void {
    return this.#statusListeners.add(listener)
  }

  start(): void {
    this.#assertOpen()
    this.#isStarted = true
    if (this.#failure !== undefined) {
      this.#failure = undefined
      this.#link.retry()
    }
    this.#tell({ type: 'start' })
  }

  stop(): void {
    this.#isStarted = false
    this.#tell({ type: 'stop' })
  }

  async query<Row = ResultRow>(query: SqlQuery<Row>, params?: SqlParams, { signal }: QueryOptions = {}): Promise<Row[]> {
    this.#assertOpen()
    return (await this.#ask({ type: 'query', ...statementOf(query, params) }, signal)) as Row[]
  }

  live<Row = ResultRow>(query: SqlQuery<Row>, params?: SqlParams): LiveQuery<Row> {
    this.#assertOpen()
    const statement = statementOf(query, params)
    return this.#queries.live<Row>(statement.sql, statement.params)
  }

  async mutations(selection: MutationSelection = {}): Promise<MutationRecord[]> {
    this.#assertOpen()
    return (await this.#ask({ type: 'mutations', selection })) as MutationRecord[]
  }

  onMutations(listener: () => void, selection: Pick<MutationSelection, 'status'> = {}): () => void {
    if (this.#mutationListeners.size === 0) this.#tell({ type: 'hear-mutations', hears: true })
    const end = this.#mutationListeners.add(listener, selection)
    return () => {
      end()
      if (this.#mutationListeners.size === 0) this.#tell({ type: 'hear-mutations', hears: false })
    }
  }

  async dismiss(id: string): Promise<void> {
    this.#assertOpen()
    await this.#ask({ type: 'dismiss', id })
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  /** A host leads from now on, and knows nothing of this page. */
  hosted(host: string, storage: StorageInfo): void {
    this.#host = host
    this.#storage = storage
    this.#failure = undefined
    this.#out = []
    const page: PageState = {
      calls: [...this.#calls.values()].flatMap((call) => call.tell(storage.kind) ?? []),
      watches: this.#queries.again(),
      asks: this.#asks.again(),
      isStarted: this.#isStarted,
      hearsMutations: this.#mutationListeners.size > 0,
      hearsEvents: this.#options.onEvent !== undefined || this.#options.tracing !== undefined,
      hasToken: this.#options.token !== undefined,
      version: this.#shown,
    }
    this.#tell({ type: 'attach', page })
    if (this.#detached !== undefined) this.#tell({ type: 'detach' })
  }

  /** The worker has ended. What the host has said last, of calls that were told to it, may have ended with it. */
  cut(): void {
    this.#host = undefined
    for (const call of this.#calls.values()) call.cut()
  }

  told(host: string, messages: readonly HostMessage[]): void {
    if (host !== this.#host) return
    for (const message of messages) this.#receive(message)
  }

  /** No host can be had. What was not handed to one is refused, and what one has is kept where it was saved. */
  failed(error: Error): void {
    this.#failure = error
    this.#host = undefined
    this.#isReady(error)
    this.#storage = { kind: 'memory', why: error.message }
    this.#status = { ...this.#status, connection: 'stopped' }
    this.#asks.fail(error)
    for (const [id, call] of this.#calls) {
      if (call.isKept) continue
      call.settle(this.#refusal(error))
      this.#calls.delete(id)
    }
    this.#queries.fail(error)()
    this.#detached?.()
    this.#notify(this.#statusListeners)
    this.#tellEvent({ type: 'failed', error })
  }

  #call(name: string, value: unknown): MutationHandle<unknown> {
    this.#assertOpen()
    const id = this.#options.id()
    const args = encodeArgs(name, value)
    const traced = this.#options.tracing?.begin({ id, name })
    const made: RemoteCall = {
      id,
      name,
      args: typeof args === 'string' ? args : '',
      createdAt: this.#options.now(),
      ...(traced && { trace: traced.trace }),
    }
    const call = new PageCall(made, (error) => this.#report(error))
    if (typeof args !== 'string') call.settle({ ok: false, ...args })
    else if (this.#failure !== undefined) call.settle(this.#refusal(this.#failure))
    else {
      this.#calls.set(id, call)
      if (this.#host !== undefined) this.#tell({ type: 'call', call: made })
      if (this.#host !== undefined) call.tell(this.#storage.kind)
    }
    const handle = call.handle(async () => this.#calls.has(id) && ((await this.#ask({ type: 'cancel', id })) as boolean))
    traced?.follow(handle)
    return handle
  }

  #refusal(error: Error) {
    return { ok: false, reason: 'rejected', code: 'storage', message: `It was not made: ${error.message}` } as const
  }

  #ask(question: Question, signal?: AbortSignal): Promise<unknown> {
    return this.#failure === undefined ? this.#asks.ask(question, signal) : Promise.reject(this.#failure)
  }

  /** Messages of one turn go together. Those that no host takes are part of what the next one is told first. */
  #tell(message: PageMessage): void {
    this.#out.push(message)
    this.#schedule()
  }

  #schedule(): void {
    if (this.#isScheduled) return
    this.#isScheduled = true
    queueMicrotask(() => {
      this.#isScheduled = false
      this.#queries.flush()
      const out = this.#out
      this.#out = []
      if (this.#host !== undefined && out.length > 0) this.#link.tell(this.#host, out)
    })
  }

  #receive(message: HostMessage): void {
    switch (message.type) {
      case 'attached':
        this.#status = message.status
        this.#isReady()
        return this.#notify(this.#statusListeners)
      case 'local':
        return this.#calls.get(message.id)?.ran(message.result)
      case 'saved':
        for (const id of message.ids) this.#calls.get(id)?.saved(this.#storage.kind)
        return
      case 'not-saved':
        return this.#calls.get(message.id)?.notSaved(unpackError(message.error))
      case 'sent':
        for (const id of message.ids) this.#calls.get(id)?.sent(this.#storage.kind)
        return
      case 'unknown':
        for (const id of message.ids) if (this.#calls.get(id)?.isUnknown(this.#storage.kind)) this.#calls.delete(id)
        return
      case 'ahead':
        return this.#queries.ahead(message.watch, message.rows)
      case 'answer':
        return this.#asks.answered(message)
      case 'step':
        return this.#step(message.step)
      case 'token':
        return void this.#giveToken(message.fresh)
      case 'detached':
        return this.#detached?.()
    }
  }

  /** All of a moment is in place before anyone hears of any of it. */
  #step({ rows = [], settled = [], status, mutations, events = [] }: Step): void {
    const tellQueries = this.#queries.apply(rows)
    if (status !== undefined) {
      this.#status = status
      const { version, connection } = status
      if (version !== null) this.#shown = connection === 'live' ? version : Math.max(this.#shown ?? 0, version)
    }
    for (const { id, result } of settled) {
      this.#calls.get(id)?.settle(result)
      this.#calls.delete(id)
    }
    tellQueries()
    if (status !== undefined) this.#notify(this.#statusListeners)
    if (mutations !== undefined) this.#mutationListeners.tell(new Set(mutations))
    for (const event of events) this.#tellEvent(event.type === 'failed' ? { ...event, error: unpackError(event.error) } : event)
    this.#tell({ type: 'stepped' })
  }

  async #giveToken(fresh: boolean): Promise<void> {
    try {
      const token = await this.#options.token?.({ fresh })
      this.#tell({ type: 'token', ...(token !== undefined && { token }) })
    } catch (error) {
      this.#tell({ type: 'token', error: packError(error) })
    }
  }

  async #close(): Promise<void> {
    this.#endNetwork?.()
    const unsaved = [...this.#calls.values()].filter((call) => !call.isKept)
    await Promise.allSettled(unsaved.map((call) => call.durable))
    if (this.#failure === undefined) {
      const detached = new Promise<void>((resolve) => {
        this.#detached = resolve
      })
      this.#tell({ type: 'detach' })
      await detached
    }
    this.#host = undefined
    this.#asks.fail(new Error(CLOSED))
    this.#queries.close()
    this.#statusListeners.clear()
    this.#mutationListeners.clear()
    await this.#link.close()
  }

  #notify(listeners: Listeners): void {
    listeners.tell((error) => this.#report(error))
  }

  #report(error: unknown): void {
    this.#tellEvent({ type: 'failed', error })
  }

  #tellEvent(event: ClientEventReport): void {
    try {
      this.#options.tracing?.hear(event)
      this.#options.onEvent?.(event)
    } catch (error) {
      if (event.type !== 'failed') this.#report(error)
    }
  }

  #assertOpen(): void {
    if (this.#closing !== undefined) throw new Error(CLOSED)
  }
}

/** The page does not have the mutators: any name is passed on, and the worker says which it does not know. */
function mutateByName(call: (name: string, args: unknown) => MutationHandle<unknown>): object {
  const functions = new Map<string, (args: unknown) => MutationHandle<unknown>>()
  return new Proxy(Object.freeze({}), {
    get(_, name) {
      // With a `then`, it would be taken for a promise.
      if (typeof name !== 'string' || name === 'then') return undefined
      const known = functions.get(name) ?? ((args: unknown) => call(name, args))
      functions.set(name, known)
      return known
    },
  })
}
