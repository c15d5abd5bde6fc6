import { expect, test } from 'vitest'
import { expectAgreement, ROOM, refusals, todosStory } from './todos-story.contract.ts'

type Where = 'server' | 'replay' | 'everywhere'

/** Alice calls what fails between two calls that do not, while others go on. */
const among = (where: Where) =>
  todosStory({ alice: 1000, bob: 20, carol: 300 })
    .calls('bob', 'add', { id: 'a', title: 'a' })
    .calls('bob', 'add', { id: 'b', title: 'b' })
    .at(20_000)
    .calls('alice', 'append', { id: 'a', text: '+1' })
    .calls('alice', 'poison', { id: 'b', where })
    .calls('alice', 'append', { id: 'a', text: '+2' })
    .calls('bob', 'append', { id: 'b', text: '+bob' })
    .at(20_100)
    .calls('carol', 'append', { id: 'a', text: '+carol' })

const WITHOUT = [
  ['a', 'a+carol+1+2'],
  ['b', 'b+bob'],
]

test('[G6] it throws on the server only: its prediction is seen until then, and nothing else suffers', async () => {
  const run = await among('server').tell()
  expect(run.shown('alice', 20_500)).toEqual([
    ['a', 'a+1+2'],
    ['b', 'poisoned'],
  ])
  expect(run.shown(ROOM, 21_000)).toEqual(WITHOUT)
  expect(refusals(run)).toEqual(['alice poison error'])
  expectAgreement(run, WITHOUT)
})

test('[G6] it throws on replay only: the prediction goes at the first rebase, and the server does it all the same', async () => {
  const run = await among('replay').tell()
  expect(run.shown('alice', 20_500)).toContainEqual(['b', 'poisoned'])
  // The rebase on what bob did.
  expect(run.shown('alice', 21_020)).toEqual([
    ['a', 'a+1+2'],
    ['b', 'b+bob'],
  ])
  expect(refusals(run)).toEqual([])
  expectAgreement(run, [
    ['a', 'a+carol+1+2'],
    ['b', 'poisoned'],
  ])
})

test('[G6] it throws wherever it runs: the call fails at once, is not sent, and leaves nothing behind', async () => {
  const run = await among('everywhere').tell()
  expect(run.shown('alice', 20_500)).toEqual([
    ['a', 'a+1+2'],
    ['b', 'b'],
  ])
  expect(run.events).toContainEqual(
    expect.objectContaining({ type: 'called', name: 'poison', mutationID: null, failure: expect.anything() }),
  )
  expect(refusals(run)).toEqual([])
  expectAgreement(run, WITHOUT)
})

test('[G6] poison of all kinds, of everyone at once, holds nobody up', async () => {
  const told = todosStory({ alice: 1000, bob: 20, carol: 300 }).calls('bob', 'add', { id: 'a', title: '' }).at(20_000)
  for (let i = 0; i < 20; i++)
    for (const name of ['alice', 'bob', 'carol'] as const) {
      told
        .at(20_000 + i * 100)
        .calls(name, 'poison', { id: 'none', where: (['server', 'replay', 'everywhere'] as const)[i % 3] ?? 'server' })
      told.calls(name, 'append', { id: 'a', text: '.' })
    }
  const run = await told.tell()
  expect(run.shown('alice', 21_900)).not.toEqual(run.shown('alice'))
  expectAgreement(run, [['a', '.'.repeat(60)]])
})
