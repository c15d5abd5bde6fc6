import { encodeData, encodeFrame, encodePoke, encodePokeBody } from '@savepoint/core'
import { expect, test } from 'vitest'
import { contentOfDown, contentOfUp, textOf } from './message.ts'

const mutation = (mutationID: number) => ({
  mutationID,
  name: 'createCategoryOrIncrementIfExists',
  args: encodeData({ name: 'Food', incrementBy: -3 }),
  createdAt: 0,
  seed: 's',
})

test('a push says what it holds', () => {
  const one = contentOfUp(encodeFrame({ type: 'push', mutations: [mutation(4)], confirmed: 0 }))
  expect(one && textOf(one)).toBe('#4 Food −3')
  const many = contentOfUp(encodeFrame({ type: 'push', mutations: [4, 5, 6].map(mutation), confirmed: 0 }))
  expect(many && textOf(many)).toBe('#4–6 (3)')
})

test('a poke says its version, and what became of the mutations of who gets it', () => {
  const outcomes = [{ mutationID: 4, seed: 's', outcome: { ok: true as const, value: '' } }]
  const poke = contentOfDown(encodePoke(outcomes, encodePokeBody(7, 9, '00ff00ff00ff00ff', [])))
  expect(poke && textOf(poke.content)).toBe('v9 ✓#4')
})

test('signs of life are not drawn', () => {
  expect(contentOfUp(encodeFrame({ type: 'ping', confirmed: 0 }))).toBeNull()
  expect(contentOfDown(encodeFrame({ type: 'pong' }))).toBeNull()
})
