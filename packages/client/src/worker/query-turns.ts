import type { Scheduler } from '../connection/scheduler.ts'

/**
 * Milliseconds that a query gets at first. While SQLite runs, a worker hears nothing: neither that a query is not wanted any more,
 * nor calls, of which a person notices a delay of some 100 ms.
 */
const FIRST_BUDGET_MS = 50

/** A query that is to be run. */
export interface QueryRun {
  /** Milliseconds until it is stopped. */
  budgetMs: number
  /** True if it ran before: pages that show what came out wait for what comes out now. */
  readonly isShown: boolean
  /** Runs it, until `isOver`. False if it was stopped by that. */
  attempt(isOver: () => boolean): boolean
}

/**
 * Runs queries so that a slow one does not keep the worker from hearing. One whose time is over is stopped, and has its next try
 * with twice the time after the messages that have come: so each ends, at three times its cost at most, and who does not want
 * it any more is heard in between. One that is known to be slow gets the time it needs, in a turn of its own.
 */
export class QueryTurns {
  readonly #scheduler: Pick<Scheduler, 'now' | 'soon'>
  readonly #ran: () => void
  readonly #due = new Set<QueryRun>()
  #isTurnDue = false
  #isClosed = false

  /** `ran` is called after each turn. */
  constructor(scheduler: Pick<Scheduler, 'now' | 'soon'>, ran: () => void) {
    this.#scheduler = scheduler
    this.#ran = ran
  }

  static readonly firstBudgetMs = FIRST_BUDGET_MS

  /** What is shown waits for {@link runQuick}; what is not has a turn of its own. */
  add(run: QueryRun): void {
    this.#due.add(run)
    if (!run.isShown) this.#schedule()
  }

  drop(run: QueryRun): void {
    this.#due.delete(run)
  }

  /** Brings up to date at once what is shown and known to be quick. */
  runQuick(): void {
    for (const run of this.#sorted(true)) {
      if (run.budgetMs > FIRST_BUDGET_MS || !this.#try(run)) break
    }
    this.#schedule()
  }

  /** Runs one for the first time; what is left of it gets a turn. */
  runFirst(run: QueryRun): void {
    if (!this.#try(run)) this.#schedule()
  }

  close(): void {
    this.#isClosed = true
    this.#due.clear()
  }

  #schedule(): void {
    if (this.#isTurnDue || this.#isClosed || this.#due.size === 0) return
    this.#isTurnDue = true
    this.#scheduler.soon(() => {
      this.#isTurnDue = false
      if (this.#isClosed) return
      this.#turn()
      this.#schedule()
      this.#ran()
    })
  }

  /**
   * What is shown is brought up to date in one go: if what changes in between made some of it stale again and again, there would
   * never be a moment of which all of it is. Of the rest, as many as fit into a while, and one at least.
   */
  #turn(): void {
    for (const run of this.#sorted(true)) if (!this.#try(run)) return
    const start = this.#scheduler.now()
    for (const run of this.#sorted(false)) {
      if (!this.#try(run) || this.#scheduler.now() - start >= FIRST_BUDGET_MS) return
    }
  }

  /** The quickest first. */
  #sorted(isShown: boolean): QueryRun[] {
    return [...this.#due].filter((run) => run.isShown === isShown).sort((a, b) => a.budgetMs - b.budgetMs)
  }

  /** False if it was stopped. */
  #try(run: QueryRun): boolean {
    const start = this.#scheduler.now()
    this.#due.delete(run)
    if (run.attempt(() => this.#scheduler.now() - start >= run.budgetMs)) {
      run.budgetMs = Math.max(FIRST_BUDGET_MS, 2 * (this.#scheduler.now() - start))
      return true
    }
    run.budgetMs *= 2
    this.#due.add(run)
    return false
  }
}
