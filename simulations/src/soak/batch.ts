import { seededRandom } from '@savepoint/core'
import type { NetworkProfile, SimulationOptions } from '@savepoint/simulator'
import { APPS } from '../apps/apps.ts'

/** Some seeds of one app in worlds of one kind: what a process does at a time. */
export interface Batch {
  /** A name in {@link APPS}. */
  readonly app: string
  /** What its seeds begin with. */
  readonly seed: string
  readonly runs: number
  readonly options: SimulationOptions
}

/** What came of a batch. */
export interface BatchResult {
  readonly runs: number
  readonly calls: number
  /** Virtual milliseconds, of all clients together. */
  readonly clientMs: number
  readonly faults: readonly (readonly [name: string, count: number])[]
  readonly failure?: BatchFailure
}

/** A seed whose run was not as it should be. */
export interface BatchFailure {
  readonly app: string
  readonly seed: string
  /** The checker's name; `error` if the run broke off by itself. */
  readonly checker: string
  /** What is wrong, and how it came about. */
  readonly message: string
  /** The least that still fails, as the text of a regression case. */
  readonly scenario?: string
}

/** Enough to pay for setting the stage, and few enough that many kinds of worlds are met. */
const RUNS = 10

/** From small worlds, which are cheap and of which there are many, to large ones: how often, and up to how much. */
const SIZES = [
  { weight: 6, clients: 3, mutations: 40, rooms: 1, durationMs: 8000 },
  { weight: 3, clients: 5, mutations: 80, rooms: 2, durationMs: 15_000 },
  { weight: 1, clients: 12, mutations: 250, rooms: 3, durationMs: 40_000 },
]

const NETWORKS: readonly NetworkProfile[] = ['lan', 'wifi', '4g', '3g', 'flaky-train']

/** The nth batch of a base seed. Apps take turns; the rest is drawn. */
export function batchOf(base: string, n: number, runs = RUNS): Batch {
  const names = Object.keys(APPS)
  const app = names[n % names.length] as string
  const seed = `${base}/${n}`
  return { app, seed, runs, options: drawOptions(seededRandom(`${seed}/world`)) }
}

function drawOptions(random: () => number): SimulationOptions {
  const int = (min: number, max: number) => min + Math.floor(random() * (max - min + 1))
  const pick = <T>(list: readonly T[]): T => list[int(0, list.length - 1)] as T
  const size = pick(SIZES.flatMap((one) => Array<(typeof SIZES)[number]>(one.weight).fill(one)))
  const clients = int(1, size.clients)
  const [isCalm, isOneNetwork, isQuick, keepsFew] = [random() < 0.1, random() < 0.5, random() < 0.2, random() < 0.2]
  return {
    clients,
    mutations: int(Math.ceil(size.mutations / 4), size.mutations),
    rooms: int(1, Math.min(clients, size.rooms)),
    durationMs: size.durationMs,
    faults: !isCalm,
    ...(isOneNetwork && { network: pick(NETWORKS) }),
    ...(isQuick && { thinkTimeMs: int(1, 100) }),
    ...(keepsFew && { versionsKept: int(0, 20) }),
  }
}
