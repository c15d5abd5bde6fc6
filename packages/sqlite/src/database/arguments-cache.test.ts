import { encodeData } from '@savepoint/core'
import { expect, test } from 'vitest'
import { ArgumentsCache } from './arguments-cache.ts'

test('plain arguments are decoded once, and nobody can change them', () => {
  const cache = new ArgumentsCache()
  const text = encodeData({ list: [{ n: 1 }] })
  const first = cache.decode(text) as { list: { n: number }[] }
  expect(cache.decode(text)).toBe(first)
  expect(() => first.list.push({ n: 2 })).toThrow(TypeError)
  expect(() => {
    ;(first.list[0] as { n: number }).n = 2
  }).toThrow(TypeError)
})

test('what cannot be frozen is decoded anew for each run', () => {
  const cache = new ArgumentsCache()
  const text = encodeData({ at: new Date(5), bytes: new Uint8Array([1]) })
  const first = cache.decode(text) as { at: Date }
  first.at.setTime(7)
  expect(cache.decode(text)).toEqual({ at: new Date(5), bytes: new Uint8Array([1]) })
})

test('[G10] what is kept is bounded by its length', () => {
  const cache = new ArgumentsCache()
  const texts = Array.from({ length: 20 }, (_, i) => encodeData({ text: String(i).padStart(100_000, '.') }))
  const first = cache.decode(texts[0] as string)
  for (const text of texts) cache.decode(text)
  expect(cache.decode(texts[0] as string)).not.toBe(first)
  expect(cache.decode(texts[0] as string)).toEqual(first)
})
