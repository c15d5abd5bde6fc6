import { expect, test } from 'vitest'
import { TokenBucket } from './token-bucket.ts'

test('a burst is free, and what is taken beyond it is waited for', () => {
  const bucket = new TokenBucket({ perSecond: 10, burst: 100 }, 0)
  expect(bucket.take(100, 0)).toBe(0)
  expect(bucket.take(1, 0)).toBe(100)
  expect(bucket.take(0, 100)).toBe(0)
  expect(bucket.take(25, 100)).toBe(2500)
})

test('it fills up to a burst, however long nothing is taken', () => {
  const bucket = new TokenBucket({ perSecond: 10, burst: 100 }, 0)
  expect(bucket.isFull(0)).toBe(true)
  bucket.take(50, 0)
  expect(bucket.isFull(4999)).toBe(false)
  expect(bucket.isFull(5000)).toBe(true)
  expect(bucket.take(100, 1_000_000)).toBe(0)
  expect(bucket.take(1, 1_000_000)).toBeGreaterThan(0)
})
