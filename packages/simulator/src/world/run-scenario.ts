import type { SimulatedApp, SKIP } from '../app.ts'
import type { Checker, ObservedFrame } from '../checks/checker.ts'
import { neverAtRest } from '../checks/no-wedge.ts'
import type { DiskFactory } from '../disk/disk-factory.ts'
import type { ClientNode } from '../nodes/client-node.ts'
import { pinArgs } from '../scenario/pin-args.ts'
import { prepareArgs } from '../scenario/prepare-args.ts'
import type { Scenario } from '../scenario/scenario.ts'
import type { TraceEvent } from '../trace/trace-event.ts'
import { TraceHash } from '../trace/trace-hash.ts'
import { Violation } from '../view/violation.ts'
import { type CallCounts, countCalls } from './call-counts.ts'
import { OutOfBounds } from './out-of-bounds.ts'
import { type ActionContext, performAction } from './perform-action.ts'
import { readStates } from './read-states.ts'
import { WatchedQuery } from './watched-query.ts'
import { World } from './world.ts'

/** A run that makes so many turns goes in a circle. */
const TURNS_MAX = 2_000_000

/** Events that are kept: a page or a text of more is no use, and they would fill the memory. */
const EVENTS_MAX = 1_000_000

/** After all is drained, so much virtual time passes before the last look: time to put away what was put aside. */
const REST_MS = 2000

/** What came of a run. */
export interface Run {
  /** The scenario, with the arguments that were made for its calls. */
  readonly scenario: Scenario
  /** Null if all guarantees held. */
  readonly violation: Violation | null
  /** Equal for equal runs: 16 hex digits over all that happened. */
  readonly traceHash: string
  /** All that happened, if it was to be kept. */
  readonly events: readonly TraceEvent[]
  /** Faults that were met, by kind. */
  readonly faults: ReadonlyMap<string, number>
  /** Calls of mutators that were pending at some time. */
  readonly calls: number
  /** What became of the calls of each mutator. */
  readonly mutators: ReadonlyMap<string, CallCounts>
  /** Virtual milliseconds until everything was at rest. */
  readonly ranMs: number
  /** Steps that were made: each runs one thing that is due, and the promises that it sets going. */
  readonly turns: number
}

export interface RunOptions {
  readonly disks: DiskFactory
  readonly checkers: readonly Checker[]
  /** Keep all events: memory grows with the run. */
  readonly keepEvents?: boolean
  /** See {@link WatchedQuery}. What it tells is kept with the events, and is no part of their hash. */
  readonly watch?: string
  readonly shouldStop?: () => boolean
}

/** Runs a scenario to its end, or to the first guarantee that does not hold. */
export async function runScenario(app: SimulatedApp, scenario: Scenario, options: RunOptions): Promise<Run> {
  const run = new ScenarioRun(app, scenario, options)
  try {
    return await run.play()
  } finally {
    run.dispose()
  }
}

class ScenarioRun {
  readonly #app: SimulatedApp
  readonly #scenario: Scenario
  readonly #options: RunOptions
  readonly #world: World
  readonly #hash = new TraceHash()
  readonly #events: TraceEvent[] = []
  readonly #faults = new Map<string, number>()
  readonly #watch: WatchedQuery | undefined
  readonly #mutators = new Map<string, CallCounts>()
  #unseen: TraceEvent[] = []
  readonly #frames: ObservedFrame[] = []

  constructor(app: SimulatedApp, scenario: Scenario, options: RunOptions) {
    this.#app = app
    this.#scenario = scenario
    this.#options = options
    this.#world = new World({
      app,
      scenario,
      newDisk: (node, engine) => options.disks.create(scenario.seed, node, engine),
      onEvent: (event) => this.#happened(event),
      onFrame: (frame) => void this.#frames.push(frame),
    })
    const { watch } = options
    this.#watch =
      watch === undefined ? undefined : new WatchedQuery(watch, (node, event) => this.#keep({ at: this.#world.now, node, ...event }))
  }

  async play(): Promise<Run> {
    const made = new Map<number, string | typeof SKIP>()
    let violation: Violation | null = null
    try {
      await this.#play(made)
    } catch (error) {
      violation = violationOf(error)
    }
    // What fails may have left something that cannot be read: the run is told without it.
    for (const state of await readStates(this.#world).catch(() => [])) this.#happened({ at: this.#world.now, ...state })
    return {
      scenario: pinArgs(this.#scenario, made),
      violation,
      traceHash: this.#hash.digest(),
      events: this.#events,
      faults: this.#faults,
      calls: this.#world.calls.size,
      mutators: this.#mutators,
      ranMs: this.#world.now,
      turns: this.#world.time.turns,
    }
  }

  dispose(): void {
    for (const checker of this.#options.checkers) checker.dispose?.()
    this.#world.dispose()
  }

  async #play(made: Map<number, string | typeof SKIP>): Promise<void> {
    const { seed, actions, clients, endsAt, drainMs } = this.#scenario
    const world = this.#world
    const context: ActionContext = { world, makeArgs: await prepareArgs(this.#app, seed), made, backup: null }
    world.startServer()
    for (const plan of clients) world.time.at(plan.joinsAt, () => world.addClient(plan))
    for (const action of actions) world.time.at(action.at, () => performAction(action, context))
    await this.#until(endsAt, () => false)
    world.calm()
    if (!(await this.#until(endsAt + drainMs, () => world.isAtRest))) throw neverAtRest(world, drainMs)
    await this.#until(world.now + REST_MS, () => false)
    if (!(await this.#until(world.now + drainMs, () => world.isAtRest))) throw neverAtRest(world, drainMs)
    for (const checker of this.#options.checkers) await checker.atRest?.(world)
  }

  /** Lets time pass until it is so, or until then. True if it is so. */
  async #until(end: number, isSo: () => boolean): Promise<boolean> {
    const { time } = this.#world
    for (;;) {
      if (isSo()) return true
      const { next } = time
      if (next === undefined || next > end) break
      if (this.#options.shouldStop?.()) throw this.#outOfBounds('its time was up')
      if (time.turns > TURNS_MAX) throw this.#outOfBounds('so long a run goes in a circle')
      if (this.#events.length > EVENTS_MAX) throw this.#outOfBounds(`no more than ${EVENTS_MAX.toLocaleString('en-US')} events are kept`)
      await time.turn()
      await this.#look()
    }
    time.now = Math.max(time.now, end)
    return isSo()
  }

  /** Shows the checkers what this turn has brought. */
  async #look(): Promise<void> {
    const { checkers } = this.#options
    const world = this.#world
    if (this.#watch !== undefined) for (const room of world.rooms.values()) if (room.isUp) this.#watch.lookAtRoom(room)
    for (const frame of this.#frames.splice(0)) for (const checker of checkers) checker.observeFrame?.(frame, world)
    if (this.#unseen.length > 0) {
      const events = this.#unseen
      this.#unseen = []
      for (const event of events) {
        for (const checker of checkers) {
          const looked = checker.observe?.(event, world)
          if (looked !== undefined) await looked
        }
      }
    }
    for (const client of world.clients.values()) if (client.isTouched) await this.#lookAt(client)
  }

  async #lookAt(client: ClientNode): Promise<void> {
    client.isTouched = false
    if (!client.isUp) return
    await this.#watch?.lookAtClient(client)
    for (const checker of this.#options.checkers) {
      const looked = checker.afterStep?.(client, this.#world)
      if (looked !== undefined) await looked
    }
  }

  #happened(event: TraceEvent): void {
    this.#hash.update(event)
    this.#unseen.push(event)
    countCalls(this.#mutators, event)
    if (event.type === 'fault') this.#faults.set(event.fault, (this.#faults.get(event.fault) ?? 0) + 1)
    this.#keep(event)
  }

  #keep(event: TraceEvent): void {
    if (this.#options.keepEvents) this.#events.push(event)
  }

  #outOfBounds(why: string): OutOfBounds {
    return new OutOfBounds(this.#scenario, this.#world.time, why)
  }
}

function violationOf(error: unknown): Violation {
  if (error instanceof Violation) return error
  throw error
}
