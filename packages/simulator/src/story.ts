import { encodeData, type MutatorArgs, type MutatorDefinitions } from '@savepoint/core'
import { type SimulatedApp, SKIP, type Workload } from './app.ts'
import type { ActionKind, ClientPlan, Latency, LinkPlan, Scenario, ServerPlan } from './scenario/scenario.ts'
import { simulate } from './simulate.ts'
import type { Simulation } from './stage/stage.ts'

/** Virtual milliseconds within which everything must have settled after the last event. */
const DRAIN_MS = 300_000

/** Where clients are, if nothing is said. */
const ROOM = 'room'

/** An app whose calls are written by hand. */
export type StoryApp<D extends MutatorDefinitions> = Omit<SimulatedApp<D>, 'workload'>

/** A client: the latency of its line one way, or more about it. */
export type StoryClient = Latency | (Partial<Omit<ClientPlan, 'name' | 'up' | 'down'>> & { readonly line?: Latency | LinkPlan })

/** The world besides its clients. */
export interface StorySettings {
  readonly server?: ServerPlan
  /** Of IDs, latencies and all chance that is left. Default `1`. */
  readonly seed?: string | number
  /** Virtual milliseconds within which everything must have settled after the last event. Default 300,000. */
  readonly drainMs?: number
}

/**
 * A run that is written by hand, event by event, where {@link simulate} draws one from a seed. The last event ends it: then all
 * faults are over, and everyone comes to agree, or `violation` says what is wrong.
 *
 * @param clients by name; each is the latency of its line, in milliseconds one way, or more about it
 * @example
 * const run = await story({ schema, mutators }, { alice: 3000, bob: 20 })
 *   .at(30_000)
 *   .calls('alice', 'rename', { id: 1, title: 'Tea' })
 *   .calls('bob', 'rename', { id: 1, title: 'Coffee' })
 *   .at(31_000)
 *   .happens({ do: 'kill-server', forMs: 500 })
 *   .play({ watch: 'SELECT id, title FROM todos' })
 *
 * expect(run.violation).toBeNull()
 * expect(run.shown('alice', 30_100)).toEqual([[1, 'Tea']])
 * expect(run.shown('alice')).toEqual(run.shown('room'))
 */
export function story<D extends MutatorDefinitions, C extends { readonly [name: string]: StoryClient }>(
  app: StoryApp<D>,
  clients: C,
  settings: StorySettings = {},
): Story<D, keyof C & string> {
  const plans = Object.entries(clients).map(([name, client]) => planOf(name, client))
  return new Story(app, plans, settings)
}

/** Written from its beginning to its end. Each method returns the story itself. */
class Story<D extends MutatorDefinitions, Name extends string> {
  readonly #app: StoryApp<D>
  readonly #clients: readonly ClientPlan[]
  readonly #settings: StorySettings
  readonly #actions: Scenario['actions'][number][] = []
  #at = 0
  #endsAt = 0

  constructor(app: StoryApp<D>, clients: readonly ClientPlan[], settings: StorySettings) {
    this.#app = app
    this.#clients = clients
    this.#settings = settings
  }

  /** What follows happens then, in virtual milliseconds after the start. Without more, the run goes on until then at least. */
  at(ms: number): this {
    this.#at = ms
    this.#endsAt = Math.max(this.#endsAt, ms)
    return this
  }

  /** A client calls a mutator. The copy of a profile can, too, if it is named like `alice-2`. */
  calls<N extends keyof D & string>(client: Name | `${Name}-${number}`, name: N, ...args: MutatorArgs<D[N]>): this {
    return this.happens({ do: 'mutate', client, name, args: encodeData(args[0]) })
  }

  /** Anything else: what the scenario's actions can be. */
  happens(action: ActionKind): this {
    this.#actions.push({ id: this.#actions.length + 1, at: this.#at, ...action })
    this.#endsAt = Math.max(this.#endsAt, this.#at + ('forMs' in action ? action.forMs : 0))
    return this
  }

  /** The story as data, as `simulate` takes it and a case file keeps it. */
  scenario(): Scenario {
    const { server = {}, seed = 1, drainMs = DRAIN_MS } = this.#settings
    const actions = this.#actions.toSorted((a, b) => a.at - b.at || a.id - b.id)
    const joined = Math.max(0, ...this.#clients.map(({ joinsAt }) => joinsAt))
    return {
      format: 1,
      seed: String(seed),
      server,
      clients: this.#clients,
      actions,
      endsAt: Math.max(this.#endsAt, joined),
      drainMs,
    }
  }

  /**
   * Runs it.
   *
   * @param options.watch see the option of {@link simulate}
   * @throws (rejects) TypeError if something in it cannot be: its message says what
   */
  async play({ watch }: { readonly watch?: string } = {}): Promise<Simulation> {
    // All calls have their arguments; what the app is checked for is a workload that could make some.
    const workload = Object.fromEntries(Object.keys(this.#app.mutators.definitions).map((name) => [name, () => SKIP]))
    return await simulate<D>({
      ...this.#app,
      workload: workload as unknown as Workload<D>,
      scenario: this.scenario(),
      ...(watch !== undefined && { watch }),
    })
  }
}

function planOf(name: string, client: StoryClient): ClientPlan {
  const { line = 0, ...more } = isLatency(client) ? { line: client } : client
  const plan = isLatency(line) ? { latency: line } : line
  return { name, room: ROOM, joinsAt: 0, up: plan, down: plan, ...more }
}

function isLatency(value: StoryClient | LinkPlan): value is Latency {
  return typeof value === 'number' || 'uniform' in value || 'heavyTail' in value || 'profile' in value
}
