import { expect, test } from 'vitest'
import { dayOf, daysIn, monthAfter, monthOf, monthsUpTo, timeOnDay, wallTime } from './days.ts'

test('the day is that of the wall, wherever it hangs', () => {
  const evening = new Date(2026, 10, 30, 23, 30)
  expect(dayOf(wallTime(evening))).toBe('2026-11-30')
  expect(monthOf(wallTime(evening))).toBe('2026-11')
})

test('expenses of a day that are entered one after the other are in that order', () => {
  const now = Date.UTC(2026, 10, 21, 14, 5)
  expect(timeOnDay('2026-02-03', now)).toBe(Date.UTC(2026, 1, 3, 14, 5))
  expect(timeOnDay('not a day', now)).toBeUndefined()
})

test('months go on over the end of a year', () => {
  expect(monthAfter('2026-12', 1)).toBe('2027-01')
  expect(monthAfter('2026-01', -1)).toBe('2025-12')
  expect(monthsUpTo('2026-02', 4)).toEqual(['2025-11', '2025-12', '2026-01', '2026-02'])
  expect([daysIn('2026-02'), daysIn('2028-02'), daysIn('2026-12')]).toEqual([28, 29, 31])
})
