import type { ResultRow } from '@savepoint/sqlite'
import type { ClientEventReport } from '../client-event.ts'
import type { RemoteCall } from '../mutation-calls.ts'
import type { ConfirmedResult, LocalMutationHandle } from '../mutation-handle.ts'
import { MUTATION_STATUSES, type MutationStatus } from '../pending/mutation-records.ts'
import { AskedQuery } from './asked-query.ts'
import { type CrossingError, packError } from './crossing-error.ts'
import type { HostMessage, PageMessage, PageState, Question, Step, Watch, WatchNews } from './protocol.ts'
import type { ReplicaHost } from './replica-host.ts'
import { diffRows, type RowsDiff, sendAhead } from './row-diff.ts'
import type { SharedQuery } from './shared-queries.ts'

/** Events kept for a page that is slow or asleep; those before are dropped. */
const EVENTS_WAITING_MAX = 1000

/** For so long a page shows what it had from the last host, while the next one catches up with that. */
const HELD_MS_MAX = 5000

interface Watched {
  readonly query: SharedQuery
  /** True if the page shows some result of it, maybe of the host before. */
  isShown: boolean
  /** What the page has; undefined before its first result. */
  rows: readonly ResultRow[] | undefined
  error: Error | undefined
}

/**
 * One page as its host sees it. News of calls go at once; what is shown goes in steps, the next when the page has put the
 * last one in place, so that a page which sleeps costs no memory and wakes to how things stand then.
 */
export class PageSession {
  hasToken = false
  isStarted = false
  readonly #host: ReplicaHost
  readonly #post: (messages: readonly HostMessage[]) => void
  #notes: HostMessage[] = []
  #watches = new Map<number, Watched>()
  #calls = new Map<string, () => void>()
  #asked = new Map<number, AskedQuery>()
  #saved: string[] = []
  #sent: string[] = []
  #settled: { id: string; result: ConfirmedResult<unknown> }[] = []
  #events: ClientEventReport[] = []
  #hearsMutations = false
  #hearsEvents = false
  #mutationNews = new Set<MutationStatus>()
  #statusSent: unknown
  #isAttached = false
  /** What the page waits with for the version that it shows already; undefined if it does not. */
  #held: { readonly version: number; readonly asks: number[]; readonly cancel: () => void } | undefined
  #isStepping = false
  #isClosed = false

  constructor(host: ReplicaHost, post: (messages: readonly HostMessage[]) => void) {
    this.#host = host
    this.#post = post
  }

  receive(message: PageMessage): void {
    if (this.#isClosed) return
    switch (message.type) {
      case 'attach':
        return this.#attach(message.page)
      case 'call':
        return this.#call(message.call)
      case 'watch':
        return this.#watch(message)
      case 'unwatch':
        return this.#unwatch(message.watch)
      case 'ask':
        return this.#ask(message.ask, message.question)
      case 'unask':
        return this.#unask(message.ask)
      case 'start':
      case 'stop':
        this.isStarted = message.type === 'start'
        return this.#host.startedOrStopped(message.type)
      case 'hear-mutations':
        this.#hearsMutations = message.hears
        return
      case 'stepped':
        this.#isStepping = false
        return this.#host.schedule()
      case 'token':
        return this.#host.gotToken(this, message)
      case 'network':
        return this.#host.networkChanged(message.isThere)
      case 'detach':
        this.#note({ type: 'detached' })
        this.flush()
        return this.#host.leave(this)
    }
  }

  /** Tells at once, without waiting for a step. */
  tell(message: HostMessage): void {
    if (this.#isAttached) this.#note(message)
  }

  mutationsChanged(news: Iterable<MutationStatus>): void {
    if (!this.#hearsMutations) return
    for (const status of news) this.#mutationNews.add(status)
    this.#host.schedule()
  }

  event(event: ClientEventReport): void {
    if (!this.#hearsEvents) return
    this.#events.push(event)
    if (this.#events.length > EVENTS_WAITING_MAX) this.#events.shift()
    this.#host.schedule()
  }

  /** Posts what there is to tell. */
  flush(): void {
    if (this.#isClosed || !this.#isAttached) return
    if (this.#saved.length > 0) this.#notes.push({ type: 'saved', ids: this.#saved })
    if (this.#sent.length > 0) this.#notes.push({ type: 'sent', ids: this.#sent })
    this.#saved = []
    this.#sent = []
    if (this.#held !== undefined && this.#isCaughtUp(this.#held.version)) this.#show()
    if (!this.#isStepping) {
      const step = this.#step()
      if (step !== undefined) {
        this.#notes.push({ type: 'step', step })
        this.#isStepping = true
      }
    }
    if (this.#notes.length === 0) return
    const notes = this.#notes
    this.#notes = []
    this.#post(notes)
  }

  close(): void {
    this.#isClosed = true
    this.#forget()
  }

  #attach(page: PageState): void {
    this.#forget()
    this.#isAttached = true
    this.#isStepping = false
    this.#settled = []
    this.#events = []
    this.hasToken = page.hasToken
    this.isStarted = page.isStarted
    this.#hearsMutations = page.hearsMutations
    this.#hearsEvents = page.hearsEvents
    this.#mutationNews = new Set(page.hearsMutations ? MUTATION_STATUSES : [])
    const { status } = this.#host.client
    this.#statusSent = status
    this.#note({ type: 'attached', status })
    if (page.version !== null) {
      const cancel = this.#host.scheduler.after(HELD_MS_MAX, () => this.#show())
      this.#held = { version: page.version, asks: [], cancel }
    }
    // Before anything is shown: a replica that nobody has started has nothing to wait for.
    this.#host.attached(this)
    const unknown: string[] = []
    for (const call of page.calls) {
      const handle = this.#host.client.find(call.id)
      if (handle !== undefined) this.#follow(handle)
      else if ('args' in call) this.#call(call)
      else unknown.push(call.id)
    }
    if (unknown.length > 0) this.#note({ type: 'unknown', ids: unknown })
    for (const watch of page.watches) this.#watch(watch)
    for (const { ask, question } of page.asks) this.#ask(ask, question)
  }

  #call(call: RemoteCall, isAgain = false): void {
    const { client, lease } = this.#host
    const handle = client.take(call)
    // It ran for so long that another tab may lead by now, which the page has told of it as well.
    if (!lease.isCertain && !isAgain && handle.cancel()) return lease.guard(() => this.#call(call, true))
    this.#follow(handle)
  }

  #follow(handle: LocalMutationHandle<unknown>): void {
    const { id } = handle
    this.#host.followed(handle)
    const ofThisAttachment = (tell: () => void) => {
      if (this.#calls.get(id) === end) tell()
    }
    const sent = () => {
      if (handle.phase !== 'sent') return
      this.#sent.push(id)
      this.#host.schedule()
    }
    const end = handle.onPhase(sent)
    this.#calls.set(id, end)
    this.#note({ type: 'local', id, result: handle.local })
    sent()
    const saved = () => {
      this.#saved.push(id)
      this.#host.schedule()
    }
    handle.durable.then(
      () => ofThisAttachment(saved),
      (error) => ofThisAttachment(() => this.#note({ type: 'not-saved', id, error: packError(error) })),
    )
    void handle.confirmed.then((result) =>
      ofThisAttachment(() => {
        this.#settled.push({ id, result })
        end()
        this.#calls.delete(id)
        this.#host.schedule()
      }),
    )
  }

  #watch({ watch, sql, params, isShown = false }: Watch): void {
    this.#unwatch(watch)
    this.#watches.set(watch, { query: this.#host.queries.want(sql, params), isShown, rows: undefined, error: undefined })
    this.#host.schedule()
  }

  #unwatch(watch: number): void {
    this.#watches.get(watch)?.query.release()
    this.#watches.delete(watch)
  }

  #ask(ask: number, question: Question): void {
    const tell = (result: { value: unknown } | { error: CrossingError }) => {
      this.#asked.delete(ask)
      this.#note({ type: 'answer', ask, ...result })
    }
    const answer = (value: unknown) => tell({ value })
    const fail = (error: unknown) => tell({ error: packError(error) })
    try {
      if (question.type === 'query') this.#query(ask, new AskedQuery(this.#host.client.reader, question, answer, fail))
      else answer(this.#answer(question))
    } catch (error) {
      fail(error)
    }
  }

  #unask(ask: number): void {
    const run = this.#asked.get(ask)
    if (run !== undefined) this.#host.turns.drop(run)
    this.#asked.delete(ask)
  }

  /** One that has nothing to wait for shows what it has. */
  #isCaughtUp(shown: number): boolean {
    const { version, connection } = this.#host.client.status
    if (version === null) return false
    return version >= shown || connection === 'live' || connection === 'offline' || connection === 'stopped' || connection === 'refused'
  }

  #query(ask: number, run: AskedQuery): void {
    this.#asked.set(ask, run)
    if (this.#held === undefined || this.#isCaughtUp(this.#held.version)) this.#host.turns.runFirst(run)
    else this.#held.asks.push(ask)
  }

  #show(): void {
    const held = this.#held
    this.#held = undefined
    held?.cancel()
    for (const ask of held?.asks ?? []) {
      const run = this.#asked.get(ask)
      if (run !== undefined) this.#host.turns.runFirst(run)
    }
    this.#host.schedule()
  }

  #answer(question: Exclude<Question, { type: 'query' }>): unknown {
    const { client } = this.#host
    if (question.type === 'mutations') return client.mutations(question.selection)
    if (question.type === 'dismiss') return client.dismiss(question.id)
    return client.find(question.id)?.cancel() ?? false
  }

  #note(message: HostMessage): void {
    this.#notes.push(message)
    this.#host.schedule()
  }

  #step(): Step | undefined {
    const { status } = this.#host.client
    const step: { -readonly [name in keyof Step]: Step[name] } = {}
    if (this.#held === undefined && !this.#isBehind()) {
      const rows = this.#rowsNews()
      if (rows.length > 0) step.rows = rows
      if (this.#settled.length > 0) step.settled = this.#settled
      this.#settled = []
    }
    if (status !== this.#statusSent) step.status = status
    if (this.#mutationNews.size > 0) step.mutations = [...this.#mutationNews]
    if (this.#events.length > 0)
      step.events = this.#events.map((event) => (event.type === 'failed' ? { ...event, error: packError(event.error) } : event))
    this.#events = []
    this.#statusSent = status
    this.#mutationNews.clear()
    return Object.keys(step).length > 0 ? step : undefined
  }

  /** True while a query that the page shows is brought up to date, which can take a while: all else that is shown waits for it. */
  #isBehind(): boolean {
    for (const { query, isShown } of this.#watches.values()) if (isShown && query.isBehind) return true
    return false
  }

  /** All queries are looked at in one go, so that a page never has some of before and some of after. */
  #rowsNews(): WatchNews[] {
    const news: WatchNews[] = []
    for (const [watch, watched] of this.#watches) {
      const { rows, error, isBehind } = watched.query
      if (isBehind) continue
      const isNew = rows !== watched.rows
      if (!isNew && error === watched.error) continue
      news.push({
        watch,
        ...(isNew && rows !== undefined && { rows: this.#diff(watch, watched.rows ?? [], rows) }),
        ...(error !== undefined && { error: packError(error) }),
      })
      watched.isShown = true
      watched.rows = rows
      watched.error = error
    }
    return news
  }

  #diff(watch: number, before: readonly ResultRow[], after: readonly ResultRow[]): RowsDiff {
    return sendAhead(diffRows(before, after), (rows) => this.#post([{ type: 'ahead', watch, rows }]))
  }

  #forget(): void {
    for (const { query } of this.#watches.values()) query.release()
    this.#watches.clear()
    for (const run of this.#asked.values()) this.#host.turns.drop(run)
    this.#asked.clear()
    for (const end of this.#calls.values()) end()
    this.#calls.clear()
    this.#held?.cancel()
    this.#held = undefined
    this.#notes = []
    this.#saved = []
    this.#sent = []
  }
}
