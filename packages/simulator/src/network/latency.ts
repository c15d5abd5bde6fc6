import type { Random } from '../random.ts'
import { NETWORK_PROFILES } from '../scenario/network-profiles.ts'
import type { Latency } from '../scenario/scenario.ts'

/** How long one frame is under way, in milliseconds. A profile has one latency for both directions. */
export function drawLatency(latency: Latency, random: Random): number {
  if (typeof latency === 'number') return latency
  if ('profile' in latency) return drawLatency(NETWORK_PROFILES[latency.profile].latency, random)
  if ('uniform' in latency) {
    const [min, max] = latency.uniform
    return min + random.next() * (max - min)
  }
  const { median, spread, max } = latency.heavyTail
  return Math.min(max, median * Math.exp(spread * drawNormal(random)))
}

/** Standard normal, by Box and Muller: of two draws one is used, so that each latency takes the same share of the stream. */
function drawNormal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next())
}
