import { expect, test } from 'vitest'
import { frameEncoder } from './frame-encoder.ts'

test('a frame that goes to many in a row is encoded once', () => {
  const encode = frameEncoder()
  const shared = `poke ${'ä'.repeat(20)}`
  const first = encode(shared)
  expect(first.toString()).toBe(shared)
  for (let client = 0; client < 10; client++) expect(encode(shared)).toBe(first)
})

test('what was sent before another is not kept', () => {
  const encode = frameEncoder()
  const first = encode('a')
  encode('b')
  expect(encode('a')).not.toBe(first)
  expect(encode('a').toString()).toBe('a')
  expect(encode('').toString()).toBe('')
})
