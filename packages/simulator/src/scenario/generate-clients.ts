import { type Random, randomOf } from '../random.ts'
import type { ClientPlan, LinkPlan, NetworkProfile } from './scenario.ts'
import type { ReadOptions } from './simulation-options.ts'

const NAMES = [
  'alice',
  'bob',
  'carol',
  'dave',
  'erin',
  'frank',
  'grace',
  'heidi',
  'ivan',
  'judy',
  'ken',
  'laura',
  'mike',
  'nina',
  'oscar',
  'peggy',
]

/** As often as they are named. */
const KINDS_OF_LINES: readonly (NetworkProfile | 'jitter')[] = [
  'lan',
  'lan',
  'wifi',
  'wifi',
  'wifi',
  '4g',
  '4g',
  '3g',
  'flaky-train',
  'jitter',
]

const CLOCK_OFFSET_MS_MAX = 5 * 60_000

/** Each client's line, clock and storage come from a stream of its own, so that one more shifts no other. */
export function generateClients(options: ReadOptions, seed: string): ClientPlan[] {
  const someJoinLate = randomOf(seed, 'clients').chance(0.6)
  return Array.from({ length: options.clients }, (_, i) => {
    const of = (key: string) => randomOf(seed, `clients/${i}/${key}`)
    const joins = of('joins')
    const isLate = i > 0 && someJoinLate && joins.chance(0.3)
    const clock = options.clocks === false ? undefined : drawClock(of('clock'))
    const storage = drawStorage(options, of('storage'))
    return {
      name: NAMES[i] ?? `client-${i + 1}`,
      room: `room-${1 + (i % options.rooms)}`,
      joinsAt: i === 0 ? 0 : joins.int(0, Math.floor(options.durationMs * (isLate ? 0.5 : 0.01))),
      ...drawLine(options, of('line')),
      ...(clock && { clock }),
      ...(storage === 'memory' && { storage }),
    }
  })
}

/** Undefined for most: a clock that is right. */
export function drawClock(random: Random): NonNullable<ClientPlan['clock']> | undefined {
  if (random.chance(0.6)) return undefined
  return {
    offsetMs: random.int(-CLOCK_OFFSET_MS_MAX, CLOCK_OFFSET_MS_MAX),
    rate: random.chance(0.5) ? 1 : random.int(999_000, 1_001_000) / 1_000_000,
  }
}

function drawStorage({ storage = 'mixed' }: ReadOptions, random: Random): 'disk' | 'memory' {
  if (storage !== 'mixed') return storage
  return random.chance(0.15) ? 'memory' : 'disk'
}

function drawLine({ network, faults }: ReadOptions, random: Random): { readonly up: LinkPlan; readonly down: LinkPlan } {
  if (network !== 'mixed') {
    const plan = fixedLine(network)
    return { up: plan, down: plan }
  }
  const kind = random.pick(KINDS_OF_LINES)
  const plan: LinkPlan = { latency: kind === 'jitter' ? { uniform: [0, random.int(50, 500)] } : { profile: kind } }
  // What a broken proxy does is a fault, and not what lines of this kind are like.
  const duplicate = faults === true && random.chance(0.15) ? random.int(1, 30) / 100 : 0
  return duplicate === 0 ? { up: plan, down: plan } : { up: { ...plan, duplicate }, down: { ...plan, duplicate } }
}

function fixedLine(network: Exclude<ReadOptions['network'], 'mixed'>): LinkPlan {
  if (typeof network === 'string') return { latency: { profile: network } }
  return typeof network === 'object' && 'latency' in network ? network : { latency: network }
}
