import { setTimeout as wait } from 'node:timers/promises'
import type { Happening } from '../timeline.ts'
import { type Fault, faultsOf } from './faults.ts'
import { type Judgement, judge } from './judge.ts'
import { World } from './world.ts'

/** A server that listens is to be of use within this time, on a machine that does other things too. */
const USELESS_MS_MAX = 120_000

interface TortureOptions {
  readonly directory: string
  /** No new round begins after so many milliseconds. Each fault comes once even so. */
  readonly durationMs: number
  readonly rooms: number
  readonly clients: number
  readonly seed: number
  readonly print: (happening: Happening) => void
}

interface Spread {
  readonly p50: number
  readonly max: number
}

export interface TortureResult extends Judgement {
  readonly ok: boolean
  readonly seed: number
  /** Of the server. */
  readonly kills: number
  /** All else that went wrong. */
  readonly faults: number
  /** How often each came to pass, by its name. */
  readonly counts: { readonly [fault: string]: number }
  /** Why files could not be made to fail; null if they could. */
  readonly missing: string | null
  /** How often clients on disk were closed and opened again. */
  readonly reopened: number
  /** From a kill to the first outcome that the server tells after it; the start of a process is part of it. */
  readonly recoveryMs: Spread
  /** The part of it until the process listens. */
  readonly restartMs: Spread
}

/** Lets all go wrong that can, again and again, and then compares what server and clients hold with what was written down outside. */
export async function torture({ durationMs, seed, print, ...options }: TortureOptions): Promise<TortureResult> {
  const startedAt = performance.now()
  const say = (what: string) => print({ at: performance.now() - startedAt, who: 'server', what })
  const world = await World.open({ ...options, seed })
  const { record, random, files } = world
  const counts = new Map<string, number>()
  let kills = 0
  let faults = 0
  try {
    let deck: Fault[] = []
    for (let isFirst = true; isFirst || performance.now() - startedAt < durationMs; ) {
      if (deck.length === 0) deck = shuffled(faultsOf(world, isFirst), random)
      const fault = deck.pop() as Fault
      isFirst &&= deck.length > 0
      const hasCome = await fault.run(world)
      if (fault.kind === 'kill') kills++
      else if (hasCome) faults++
      const name = hasCome ? fault.name : fault.kind === 'kill' ? 'at work' : `${fault.name}, to no effect`
      counts.set(name, (counts.get(name) ?? 0) + 1)
      say(
        `${fault.kind === 'kill' ? `kill ${kills}` : 'fault'}: ${name}; ${record.calls.size} mutations called, ${record.heard.size} acknowledged`,
      )
      if (!world.server.isUp) await world.restart()
      await untilOfUse(world, name)
    }
    say('no more faults: all has to drain')
    const judgement = await judge(world)
    return {
      ok: judgement.problems.length === 0,
      seed,
      kills,
      faults,
      counts: Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1))),
      missing: 'missing' in files ? files.missing : null,
      reopened: record.reopened,
      recoveryMs: spread(record.recoveriesMs),
      restartMs: spread(record.restartsMs),
      ...judgement,
    }
  } finally {
    await world.close()
  }
}

/** Liveness: after each fault, some client hears an outcome. */
async function untilOfUse({ record }: World, fault: string): Promise<void> {
  const isOfUse = await Promise.race([record.outcome().then(() => true), wait(USELESS_MS_MAX, false, { ref: false })])
  if (!isOfUse) record.problems.push(`no outcome was told within ${USELESS_MS_MAX} ms after: ${fault}`)
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item)
}

function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b).map(Math.round)
  return { p50: sorted[Math.floor(sorted.length / 2)] ?? 0, max: sorted.at(-1) ?? 0 }
}
