import { expect, test } from 'vitest'
import { countOf, expectAgreement, ROOM, refusals, todosStory } from './todos-story.contract.ts'

test('only the client changed: what it predicted is what comes', async () => {
  const run = await todosStory({ alice: 1000, bob: 20 }).calls('alice', 'add', { id: 'a', title: 'Milk' }).tell()
  expect(run.shown('alice', 10_000)).toEqual([['a', 'Milk']])
  expect(run.shown(ROOM, 10_999)).toEqual([])
  expect(run.shown(ROOM, 11_000)).toEqual([['a', 'Milk']])
  expect(run.shown('bob', 11_020)).toEqual([['a', 'Milk']])
  expect(run.events.some((event) => event.type === 'advanced' && event.undone > 0)).toBe(false)
  expectAgreement(run, [['a', 'Milk']])
})

test('only the server changed, by another client: it is taken over, with nothing to undo', async () => {
  const run = await todosStory({ alice: 1000, bob: 20 })
    .calls('bob', 'add', { id: 'b', title: 'Bread' })
    .at(13_000)
    .calls('bob', 'rename', { id: 'b', title: 'Rolls' })
    .tell()
  expect(run.shown('alice', 11_019)).toEqual([])
  expect(run.shown('alice', 11_020)).toEqual([['b', 'Bread']])
  expect(countOf(run, 'settled', 'alice')).toBe(0)
  expectAgreement(run, [['b', 'Rolls']])
})

test('both changed, with no conflict: each keeps its own and gets the other’s', async () => {
  const run = await todosStory({ alice: 1000, bob: 20 })
    .calls('alice', 'add', { id: 'a', title: 'Milk' })
    .calls('bob', 'add', { id: 'b', title: 'Bread' })
    .tell()
  expect(run.shown('alice', 10_500)).toEqual([['a', 'Milk']])
  expect(run.shown('bob', 10_500)).toEqual([['b', 'Bread']])
  expect(refusals(run)).toEqual([])
  expectAgreement(run, [
    ['a', 'Milk'],
    ['b', 'Bread'],
  ])
})
