import { expect, test } from 'vitest'
import { alternate } from './alternate.ts'
import { quantile, statsOf } from './stats.ts'

test('variants take turns, each round begins with another, and warm-ups do not count', async () => {
  const order: string[] = []
  const variant = (name: string, figures: number[]) => () => {
    order.push(name)
    return figures.shift() ?? 0
  }
  const result = await alternate({ rounds: 3, warmups: 1 }, { a: variant('a', [99, 1, 2, 9]), b: variant('b', [99, 2, 8, 9]) })
  expect(order.join('')).toBe('abbaabba')
  expect(result.of('a')).toEqual({ median: 2, min: 1, max: 9 })
  expect(result.ratio('b', 'a')).toEqual({ median: 2, min: 1, max: 4 })
})

test('quantiles are samples', () => {
  const samples = Array.from({ length: 100 }, (_, i) => 100 - i)
  expect([quantile(samples, 0), quantile(samples, 0.5), quantile(samples, 0.99), quantile(samples, 1)]).toEqual([1, 51, 100, 100])
  expect(() => statsOf([])).toThrow(RangeError)
})
