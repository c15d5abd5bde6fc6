import { expect, test } from 'vitest'
import { roundUp, stepPath } from './chart-scale.ts'

test.each([
  [0, 1],
  [7, 10],
  [10, 10],
  [11, 20],
  [21, 25],
  [30_100, 50_000],
  [61_000, 100_000],
])('a chart of up to %d ends at %d', (value, end) => {
  expect(roundUp(value)).toBe(end)
})

test('a sum grows in steps, on the day itself, and goes on until today', () => {
  const totals = [
    { day: 1, total: 10 },
    { day: 6, total: 50 },
    { day: 9, total: 80 },
  ]
  expect(stepPath(totals, 8, 10, 100)).toBe('M0 100H0V90H50V50H80')
  expect(stepPath([], 5, 10, 100)).toBe('M0 100H50')
})
