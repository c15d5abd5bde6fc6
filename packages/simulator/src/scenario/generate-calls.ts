import type { SimulatedApp } from '../app.ts'
import { type Random, randomOf } from '../random.ts'
import type { Action } from './scenario.ts'
import type { ReadOptions } from './simulation-options.ts'
import { namedEntries } from './workload-entry.ts'

/** A client that can call, from when on. */
export interface Caller {
  readonly name: string
  readonly room: string
  readonly from: number
}

/** Of all calls a quarter comes in bursts, and a fifth in rushes; the rest one by one. */
const BURST_CHANCE = 0.015
const RUSH_CHANCE = 0.06

/** No call is later than this share of the run, so that faults still meet it. */
const LAST_CALL_SHARE = 0.97

/** Calls are cancelled within this time; most of them within the first of it, as only what was not sent can be. */
const CANCEL_MS_MAX = 300

/** Behind every call's. */
const CANCEL_IDS_FROM = 100_001

/**
 * Calls of mutators: one by one, many of one client at once, and all clients of a room at once with the same arguments, so
 * that they want the same rows. And cancels, for most seeds.
 */
export function generateCalls(app: SimulatedApp, options: ReadOptions, callers: readonly Caller[], seed: string): Action[] {
  const calls: Action[] = []
  const cancels: Action[] = []
  const lastAt = Math.floor(options.durationMs * LAST_CALL_SHARE)
  const pickName = namePicker(app)
  const thinking = new Map<string, number>()
  const swarm = randomOf(seed, 'calls')
  const cancelChance = swarm.chance(0.4) ? 0 : 0.08
  for (let event = 0; calls.length < options.mutations; event++) {
    const random = randomOf(seed, `calls/${event}`)
    const caller = random.pick(callers)
    const chance = random.next()
    const at = callAt(caller, options, lastAt, random, thinking)
    const add = (client: string, name: string, callAt: number, draw?: number) => {
      if (calls.length >= options.mutations) return
      const time = Math.min(callAt, lastAt)
      const id = calls.length + 1
      calls.push({ id, at: time, do: 'mutate', client, name, ...(draw !== undefined && { draw }) })
      if (random.chance(cancelChance))
        cancels.push({
          id: CANCEL_IDS_FROM + cancels.length,
          at: time + Math.min(Math.floor(CANCEL_MS_MAX ** random.next()) - 1, lastAt - time),
          do: 'cancel',
          client,
        })
    }
    if (chance < BURST_CHANCE) {
      const pause = random.int(0, 2)
      const length = random.int(10, 50)
      for (let i = 0; i < length; i++) add(caller.name, pickName(random), at + i * pause)
    } else if (chance < BURST_CHANCE + RUSH_CHANCE) {
      const name = pickName(random)
      const room = callers.filter((other) => other.room === caller.room && other.from <= at)
      for (const other of room) add(other.name, name, at + random.int(0, 20), event)
    } else add(caller.name, pickName(random), at)
  }
  return [...calls, ...cancels]
}

function callAt(
  { name, from }: Caller,
  { thinkTimeMs }: ReadOptions,
  lastAt: number,
  random: Random,
  thinking: Map<string, number>,
): number {
  const span = Math.max(1, lastAt - from)
  if (thinkTimeMs === undefined) return from + random.int(0, span - 1)
  const pause = -Math.log(1 - random.next()) * thinkTimeMs
  const then = (thinking.get(name) ?? 0) + pause
  thinking.set(name, then)
  // A client that has more to do than fits in the run begins again at its start, so that the number of calls is kept.
  return from + Math.floor(then % span)
}

function namePicker(app: SimulatedApp): (random: Random) => string {
  const entries = namedEntries(app).filter(({ weight }) => weight > 0)
  const total = entries.reduce((sum, { weight }) => sum + weight, 0)
  return (random) => {
    let left = random.next() * total
    const drawn = entries.find(({ weight }) => {
      left -= weight
      return left < 0
    })
    return (drawn ?? random.pick(entries)).name
  }
}
