import { expect, test } from 'vitest'
import { frameEncoder } from './frame-encoder.ts'

test('a frame that goes to many is encoded once, also with frames of single clients between', () => {
  const encode = frameEncoder()
  const shared = `poke ${'ä'.repeat(20)}`
  const first = encode(shared)
  expect(first.toString()).toBe(shared)
  for (let client = 0; client < 10; client++) {
    expect(encode(`poke and outcome of ${client}`).toString()).toBe(`poke and outcome of ${client}`)
    expect(encode(shared)).toBe(first)
    expect(encode(shared)).toBe(first)
  }
})

test('what was sent long ago is not kept', () => {
  const encode = frameEncoder()
  const first = encode('a')
  encode('b')
  encode('c')
  expect(encode('a')).not.toBe(first)
  expect(encode('a').toString()).toBe('a')
})
