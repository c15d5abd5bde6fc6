import type { Client } from '../client.ts'
import type { ClientEventReport } from '../client-event.ts'
import type { Scheduler } from '../connection/scheduler.ts'
import type { LocalMutationHandle } from '../mutation-handle.ts'
import { type CrossingError, unpackError } from './crossing-error.ts'
import type { Lease } from './lease.ts'
import { PageSession } from './page-session.ts'
import type { HostMessage } from './protocol.ts'
import { QueryTurns } from './query-turns.ts'
import { SharedQueries } from './shared-queries.ts'

/** What the client of a host has to be made with. */
export interface HostHooks {
  onEvent(event: ClientEventReport): void
  /** Asks the pages. */
  token(): Promise<string | undefined>
}

interface TokenQuestion {
  readonly asked: Set<PageSession>
  resolve(token: string | undefined): void
  reject(error: Error): void
}

/** A replica that pages talk to by messages: the client where it runs, and one session for each page. */
export class ReplicaHost {
  readonly client: Client
  readonly queries: SharedQueries
  readonly turns: QueryTurns
  readonly lease: Pick<Lease, 'isCertain' | 'guard'>
  readonly scheduler: Scheduler
  readonly #sessions = new Set<PageSession>()
  #question: TokenQuestion | undefined
  #asking: Promise<string | undefined> | undefined
  #isScheduled = false
  #isClosed = false
  /** Told of each call that a page follows, before the page is. */
  readonly followed: (handle: LocalMutationHandle<unknown>) => void

  constructor(
    open: (hooks: HostHooks) => Client,
    scheduler: Scheduler,
    lease: Pick<Lease, 'isCertain' | 'guard'>,
    followed: (handle: LocalMutationHandle<unknown>) => void,
  ) {
    this.lease = lease
    this.followed = followed
    this.scheduler = scheduler
    this.client = open({
      onEvent: (event) => {
        for (const session of this.#sessions) session.event(event)
      },
      token: () => this.#token(),
    })
    this.turns = new QueryTurns(scheduler, () => this.flush())
    this.queries = new SharedQueries({ reader: this.client.reader, turns: this.turns, changed: () => this.schedule() })
    this.client.onStatus(() => this.schedule())
    this.client.onMutations((news) => {
      for (const session of this.#sessions) session.mutationsChanged(news)
    })
  }

  /** A page that is to be told by `post`. It is heard from when it attaches. */
  join(post: (messages: readonly HostMessage[]) => void): PageSession {
    const session = new PageSession(this, post)
    this.#sessions.add(session)
    return session
  }

  leave(session: PageSession): void {
    if (!this.#sessions.delete(session)) return
    session.close()
    this.#question?.asked.delete(session)
    if (!this.#isClosed && session.isStarted) this.startedOrStopped('stop')
  }

  attached(session: PageSession): void {
    if (session.isStarted) this.startedOrStopped('start')
    if (this.#question !== undefined) this.#askForToken(session, this.#question)
  }

  /** The replica is connected for as long as one of its pages wants it to be. */
  startedOrStopped(news: 'start' | 'stop'): void {
    if (news === 'start') this.client.start()
    else if (![...this.#sessions].some((session) => session.isStarted)) this.client.stop()
  }

  gotToken(session: PageSession, { token, error }: { token?: string; error?: CrossingError }): void {
    const question = this.#question
    if (!question?.asked.delete(session)) return
    // Another page may be able to give one still.
    if (error !== undefined && question.asked.size > 0) return
    this.#question = undefined
    this.#asking = undefined
    if (error === undefined) question.resolve(token)
    else question.reject(unpackError(error))
  }

  /** Tells all pages what there is to tell, when this turn's work is done: its saves too, which come in a microtask. */
  schedule(): void {
    if (this.#isScheduled || this.#isClosed) return
    this.#isScheduled = true
    queueMicrotask(() => queueMicrotask(() => this.flush()))
  }

  flush(): void {
    this.#isScheduled = false
    if (this.#isClosed) return
    this.turns.runQuick()
    for (const session of this.#sessions) session.flush()
  }

  /** Saves what is not saved yet, and tells nobody anything more. */
  async close(): Promise<void> {
    await this.client.close()
    this.turns.close()
    this.flush()
    this.#isClosed = true
    for (const session of this.#sessions) session.close()
    this.#sessions.clear()
  }

  #token(): Promise<string | undefined> {
    this.#asking ??= new Promise((resolve, reject) => {
      const question = { asked: new Set<PageSession>(), resolve, reject }
      this.#question = question
      for (const session of this.#sessions) this.#askForToken(session, question)
    })
    return this.#asking
  }

  #askForToken(session: PageSession, { asked }: TokenQuestion): void {
    if (!session.hasToken) return
    asked.add(session)
    session.tell({ type: 'token' })
  }
}
