import type { Client } from '../client.ts'
import type { ClientEventReport } from '../client-event.ts'
import type { Scheduler } from '../connection/scheduler.ts'
import type { TokenRequest } from '../connection/transport.ts'
import type { LocalMutationHandle } from '../mutation-handle.ts'
import type { CrossingError } from './crossing-error.ts'
import type { Lease } from './lease.ts'
import { PageSession } from './page-session.ts'
import type { HostMessage } from './protocol.ts'
import { QueryTurns } from './query-turns.ts'
import { SharedQueries } from './shared-queries.ts'
import { TokenQuestion } from './token-question.ts'

/** What the client of a host has to be made with. */
export interface HostHooks {
  onEvent(event: ClientEventReport): void
  /** Asks the pages. */
  token(asked: TokenRequest): Promise<string | undefined>
  /** Passes on what pages hear of the device's network. */
  onNetwork(changed: (isThere: boolean) => void): () => void
}

/** A replica that pages talk to by messages: the client where it runs, and one session for each page. */
export class ReplicaHost {
  readonly client: Client
  readonly queries: SharedQueries
  readonly turns: QueryTurns
  readonly lease: Pick<Lease, 'isCertain' | 'guard'>
  readonly scheduler: Scheduler
  readonly #sessions = new Set<PageSession>()
  /** The last one. */
  #question: TokenQuestion | undefined
  #networkChanged: (isThere: boolean) => void = () => {}
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
      token: ({ fresh }) => this.#token(fresh),
      onNetwork: (changed) => {
        this.#networkChanged = changed
        return () => {
          this.#networkChanged = () => {}
        }
      },
    })
    this.turns = new QueryTurns(scheduler, () => this.flush())
    this.queries = new SharedQueries({ reader: this.client.reader, turns: this.turns, changed: () => this.schedule() })
    this.client.onStatus(() => {
      this.#askTheOthers()
      this.schedule()
    })
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
    this.#question?.left(session)
    if (!this.#isClosed && session.isStarted) this.startedOrStopped('stop')
  }

  attached(session: PageSession): void {
    if (session.isStarted) this.client.ensureStarted()
    this.#question?.ask(session)
    this.#askTheOthers()
  }

  /** The replica is connected for as long as one of its pages wants it to be. */
  startedOrStopped(news: 'start' | 'stop'): void {
    if (news === 'start') this.client.start()
    else if (![...this.#sessions].some((session) => session.isStarted)) this.client.stop()
  }

  gotToken(session: PageSession, answer: { readonly token?: string; readonly error?: CrossingError }): void {
    this.#question?.answered(session, answer)
  }

  networkChanged(isThere: boolean): void {
    this.#networkChanged(isThere)
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

  #token(fresh: boolean): Promise<string | undefined> {
    if (this.#question === undefined || this.#question.isOver) this.#question = new TokenQuestion(this.scheduler, this.#sessions, fresh)
    return this.#question.answer
  }

  /** A refusal stands only once all pages were asked: one that came later may have another token. */
  #askTheOthers(): void {
    const question = this.#question
    const code = this.client.status.refusal?.code
    if (question === undefined || (code !== 'unauthorized' && code !== 'expired')) return
    if ([...this.#sessions].some((session) => !question.hasAsked(session))) this.client.ensureStarted()
  }
}
