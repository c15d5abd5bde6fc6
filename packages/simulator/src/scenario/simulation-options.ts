import { checkLatency, checkLinkPlan } from './check-link-plan.ts'
import { FAULT_NAMES } from './fault-kinds.ts'
import { Inspector, show } from './inspector.ts'
import type { ActionKind, Latency, LinkPlan, NetworkProfile, ServerPlan } from './scenario.ts'

/** What can go wrong in a run. A client that goes offline is none: that is how it is used. */
export type FaultName = Exclude<ActionKind['do'], 'mutate' | 'cancel' | 'go-offline'>

/** What a generated scenario is like. */
export interface SimulationOptions {
  /** Default 5. */
  readonly clients?: number
  /** Calls of mutators by all clients together. Default 200. */
  readonly mutations?: number
  /** Clients are dealt to them in turn. Default 1. */
  readonly rooms?: number
  /** Virtual milliseconds in which all calls and faults happen. Default 30,000. */
  readonly durationMs?: number
  /** Virtual milliseconds within which everything must have settled afterwards. Default 300,000. */
  readonly drainMs?: number
  /** What the clients' lines are like. Default `mixed`: each client draws a kind of line. */
  readonly network?: 'mixed' | NetworkProfile | Latency | LinkPlan
  /**
   * Default true: each seed turns some kinds of faults on and others off, so that a run of the default size meets 15 or so,
   * some runs none and some only one kind. Or how many of which kind are expected; what is not named then does not happen.
   */
  readonly faults?: boolean | { readonly [F in FaultName]?: number }
  /** Virtual milliseconds between two calls of a client, on average. Default: the calls are spread over the run. */
  readonly thinkTimeMs?: number
  /** Share of its time that a client is offline, from 0 to 1. Default: 0 without faults, else by seed from 0 to 0.4. */
  readonly offlineShare?: number
  /** False: all clocks are right. Default true: some are wrong by up to five minutes, and too fast or slow by a thousandth. */
  readonly clocks?: boolean
  /** Default `mixed`: a few clients keep their pending in memory only. */
  readonly storage?: 'mixed' | 'disk' | 'memory'
  /** Default `mixed`: wa-sqlite for a quarter of all seeds. */
  readonly engine?: 'mixed' | NonNullable<ServerPlan['engine']>
  /** Default `mixed`: remote for a quarter of all seeds. */
  readonly log?: 'mixed' | NonNullable<ServerPlan['log']>
  /** Versions that the log keeps for catch-up. Default: some seeds keep few. */
  readonly versionsKept?: number
  /** Bytes that may wait for a client before the server cuts it off. Default: some seeds have few, if there are faults. */
  readonly socketBufferBytes?: number
}

export const SIMULATION_FIELDS: readonly (keyof SimulationOptions)[] = [
  'clients',
  'mutations',
  'rooms',
  'durationMs',
  'drainMs',
  'network',
  'faults',
  'thinkTimeMs',
  'offlineShare',
  'clocks',
  'storage',
  'engine',
  'log',
  'versionsKept',
  'socketBufferBytes',
]

/** More would be a load test, which virtual time makes no sense of. */
const CLIENTS_MAX = 1000

/** IDs of actions leave room for so many. */
const MUTATIONS_MAX = 100_000

/** Options with their defaults, but for what each seed draws. */
export type ReadOptions = SimulationOptions &
  Required<Pick<SimulationOptions, 'clients' | 'mutations' | 'rooms' | 'durationMs' | 'drainMs' | 'network' | 'faults'>>

/**
 * Checks options and fills in what is fixed.
 *
 * @throws TypeError naming each option that is wrong.
 */
export function readOptions(value: SimulationOptions): ReadOptions {
  const inspector = new Inspector()
  const given = inspector.object('', value, SIMULATION_FIELDS)
  if (given === undefined) throw new TypeError(`Simulation options are an object, not ${show(value)}`)
  const options: ReadOptions = {
    ...value,
    clients: value.clients ?? 5,
    mutations: value.mutations ?? 200,
    rooms: value.rooms ?? 1,
    durationMs: value.durationMs ?? 30_000,
    drainMs: value.drainMs ?? 300_000,
    network: value.network ?? 'mixed',
    faults: value.faults ?? true,
  }
  inspector.number('clients', options.clients, { min: 1, max: CLIENTS_MAX, whole: true })
  inspector.number('mutations', options.mutations, { min: 0, max: MUTATIONS_MAX, whole: true })
  inspector.number('rooms', options.rooms, { min: 1, max: options.clients, whole: true })
  inspector.number('durationMs', options.durationMs, { min: 1, whole: true })
  inspector.number('drainMs', options.drainMs, { min: 1 })
  if (value.thinkTimeMs !== undefined) inspector.number('thinkTimeMs', value.thinkTimeMs, { min: 0 })
  if (value.offlineShare !== undefined) inspector.number('offlineShare', value.offlineShare, { min: 0, max: 1 })
  if (value.versionsKept !== undefined) inspector.number('versionsKept', value.versionsKept, { min: 0, whole: true })
  if (value.socketBufferBytes !== undefined) inspector.number('socketBufferBytes', value.socketBufferBytes, { min: 1, whole: true })
  if (value.clocks !== undefined) inspector.boolean('clocks', value.clocks)
  if (value.storage !== undefined) inspector.oneOf('storage', value.storage, ['mixed', 'disk', 'memory'], 'storage')
  if (value.engine !== undefined) inspector.oneOf('engine', value.engine, ['mixed', 'better-sqlite3', 'wa-sqlite'], 'engine')
  if (value.log !== undefined) inspector.oneOf('log', value.log, ['mixed', 'embedded', 'remote'], 'log')
  checkNetwork(inspector, options.network)
  checkFaults(inspector, options.faults)
  if (inspector.problems.length > 0) throw new TypeError(['These options cannot be simulated:', ...inspector.problems].join('\n  '))
  return options
}

function checkNetwork(inspector: Inspector, network: unknown): void {
  if (network === 'mixed') return
  if (typeof network === 'string') checkLatency(inspector, 'network', { profile: network })
  else if (typeof network === 'object' && network !== null && 'latency' in network) checkLinkPlan(inspector, 'network', network)
  else checkLatency(inspector, 'network', network)
}

function checkFaults(inspector: Inspector, faults: unknown): void {
  if (typeof faults === 'boolean') return
  const counts = inspector.object('faults', faults, FAULT_NAMES)
  for (const [name, count] of Object.entries(counts ?? {}))
    if (count !== undefined && (FAULT_NAMES as readonly string[]).includes(name)) inspector.number(`faults.${name}`, count, { min: 0 })
}
