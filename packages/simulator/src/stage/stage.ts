import { decodeData } from '@savepoint/core'
import type { SimulatedApp } from '../app.ts'
import { allCheckers } from '../checks/all-checkers.ts'
import { DiskFactory } from '../disk/disk-factory.ts'
import { renderReport } from '../report/render-report.ts'
import { type Scenario, SERVER } from '../scenario/scenario.ts'
import { printTimeline } from '../trace/print-timeline.ts'
import type { TraceEvent } from '../trace/trace-event.ts'
import type { Verdict } from '../trace/verdict.ts'
import { Watchdog } from '../watchdog/watchdog.ts'
import { type Run, type RunOptions, runScenario } from '../world/run-scenario.ts'
import { checkTimers } from './check-timers.ts'

/** A run that was made, and ways of looking at it. */
export interface Simulation extends Run {
  /** One HTML page, with nothing to fetch: lanes over virtual time, messages, faults, rebases, final states. */
  report(head?: ReportHead): string
  /** Lines of text, for a terminal. `everything` tells pings, what became durable and each status too. Default false. */
  timeline(options?: { readonly everything?: boolean }): string[]
  /**
   * What the query that was watched gave on a client, or in a room: then, or at the end. Rows as lists of values; none where
   * there was nothing yet.
   *
   * @param where the name of a client or of a room
   * @param at virtual milliseconds; what happened at that very time is in it
   */
  shown(where: string, at?: number): readonly (readonly unknown[])[]
}

/** What a report says above its picture. */
export interface ReportHead {
  readonly title?: string
  /** What to type to see this run again. */
  readonly command?: string
}

/** Where runs of one app are made: what is expensive to set up is set up once for all of them. */
export class Stage {
  readonly app: SimulatedApp
  readonly #watched: SimulatedApp
  readonly #disks: DiskFactory
  readonly #watchdog: Watchdog
  readonly #checks: boolean

  /** @param checks false: nothing is found but that a run does not come to rest */
  static async open(app: SimulatedApp, checks = true): Promise<Stage> {
    await checkTimers()
    return new Stage(app, await DiskFactory.open(), await Watchdog.start(), checks)
  }

  private constructor(app: SimulatedApp, disks: DiskFactory, watchdog: Watchdog, checks: boolean) {
    this.app = app
    this.#checks = checks
    this.#disks = disks
    this.#watchdog = watchdog
    this.#watched = watchdog.watch(app)
  }

  /** @throws (rejects) MutatorHangs, WorkloadError, OutOfBounds. What does not hold is the run's `violation`. */
  async run(scenario: Scenario, options: Pick<RunOptions, 'keepEvents' | 'watch' | 'shouldStop'> = {}): Promise<Run> {
    this.#watchdog.where = `in the run with seed ${JSON.stringify(scenario.seed)}`
    const checkers = this.#checks ? allCheckers((bytes) => this.#disks.openImage(bytes)) : []
    return await this.#watchdog.guard(runScenario(this.#watched, scenario, { disks: this.#disks, checkers, ...options }))
  }

  /** As {@link run}, with all events, to be looked at. */
  async simulation(scenario: Scenario, { watch }: { readonly watch?: string | undefined } = {}): Promise<Simulation> {
    const run = await this.run(scenario, { keepEvents: true, ...(watch !== undefined && { watch }) })
    const verdict = verdictOf(run)
    return {
      ...run,
      report: ({ title = 'Simulation', command = `simulate({ …, seed: ${JSON.stringify(scenario.seed)} })` } = {}) =>
        renderReport({ ...run, title, command, seed: scenario.seed, verdict }),
      timeline: ({ everything = false } = {}) => printTimeline(run.events, { verdict, everything }),
      shown: (where, at) => shownIn(run.events, where, at),
    }
  }

  async close(): Promise<void> {
    this.#disks.close()
    await this.#watchdog.stop()
  }
}

function shownIn(events: readonly TraceEvent[], where: string, at = Number.POSITIVE_INFINITY): readonly (readonly unknown[])[] {
  const isThere = ({ node, room }: { readonly node: string; readonly room: string }) => (node === SERVER ? room : node) === where
  const last = events.findLast((event) => event.type === 'shows' && event.at <= at && isThere(event))
  return last?.type === 'shows' ? (decodeData(last.rows) as readonly (readonly unknown[])[]) : []
}

/** How a run ended, for those who show it. */
function verdictOf({ violation }: Run): Verdict {
  if (violation === null) return 'converged'
  const { guarantee, checker, message } = violation
  return { guarantee, checker, message: message.replace(/^\[G\d+\] /, '') }
}
