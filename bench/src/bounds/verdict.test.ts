import { expect, test } from 'vitest'
import { verdictOf } from './verdict.ts'

test('a ratio is a regression from half as much again as at rest', () => {
  expect(verdictOf(2, 2)).toEqual({ bound: 3, verdict: 'ok' })
  expect(verdictOf(3, 2)).toEqual({ bound: 3, verdict: 'ok' })
  expect(verdictOf(3.01, 2)).toEqual({ bound: 3, verdict: 'FAILED' })
})

test.each([Number.NaN, Number.POSITIVE_INFINITY])('%s, as of a floor that took no time, is never within a bound', (ratio) => {
  expect(verdictOf(ratio, 2).verdict).toBe('FAILED')
})
