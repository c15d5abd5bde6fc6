import { describe, expect, test } from 'vitest'
import { randomOf } from '../random.ts'
import { NETWORK_PROFILES } from '../scenario/network-profiles.ts'
import type { Latency } from '../scenario/scenario.ts'
import { drawLatency } from './latency.ts'

const DRAWS = 20_000

function draws(latency: Latency, seed = 'a'): number[] {
  const random = randomOf(seed, 'latency')
  return Array.from({ length: DRAWS }, () => drawLatency(latency, random))
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

describe('the draws follow the distribution', () => {
  test('a fixed latency is always the same', () => {
    expect(new Set(draws(7))).toEqual(new Set([7]))
  })

  test('uniform: within its bounds, around the middle', () => {
    const values = draws({ uniform: [10, 30] })
    expect(Math.min(...values)).toBeGreaterThanOrEqual(10)
    expect(Math.max(...values)).toBeLessThan(30)
    expect(Math.abs(mean(values) - 20)).toBeLessThan(0.2)
  })

  test('heavy tail: its median, the mean of a log-normal, and a tail that is cut at the maximum', () => {
    const values = draws({ heavyTail: { median: 50, spread: 0.5, max: 400 } })
    expect(Math.abs(median(values) - 50)).toBeLessThan(1)
    expect(Math.abs(mean(values) - 50 * Math.exp(0.125))).toBeLessThan(1)
    expect(Math.max(...values)).toBeGreaterThan(250)
    expect(Math.max(...draws({ heavyTail: { median: 50, spread: 2, max: 400 } }))).toBe(400)
  })

  test.each(['lan', 'wifi', '4g', '3g', 'flaky-train'] as const)('the profile %s: its median', (profile) => {
    const wanted = NETWORK_PROFILES[profile].latency.heavyTail.median
    expect(Math.abs(median(draws({ profile })) / wanted - 1)).toBeLessThan(0.05)
  })
})

test('the same seed draws the same, another one does not', () => {
  expect(draws({ profile: '3g' }, 'x')).toEqual(draws({ profile: '3g' }, 'x'))
  expect(draws({ profile: '3g' }, 'x')).not.toEqual(draws({ profile: '3g' }, 'y'))
})
