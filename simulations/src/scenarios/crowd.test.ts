import { expect, test } from 'vitest'
import { CONNECTED, expectAgreement, ROOM, refusals, todosStory } from './todos-story.contract.ts'

const names = (count: number) => Array.from({ length: count }, (_, i) => `client-${String(i + 1).padStart(3, '0')}`)

test('200 clients in one room, every fifth with something to say: all see all of it', async () => {
  const crowd = names(200)
  const speakers = crowd.filter((_, i) => i % 5 === 4)
  const told = todosStory(Object.fromEntries(crowd.map((name, i) => [name, 5 * (i % 40)])))
  for (const [i, name] of speakers.entries()) told.at(CONNECTED + 10 * i).calls(name, 'add', { id: name, title: `of ${name}` })
  const run = await told.tell()
  expect(run.shown('client-005', CONNECTED)).toEqual([['client-005', 'of client-005']])
  expect(run.shown(ROOM, CONNECTED)).toEqual([])
  expectAgreement(
    run,
    speakers.map((name) => [name, `of ${name}`]),
  )
})

test('a rush: 50 clients call at once for the same row, and one of them gets it', async () => {
  const crowd = names(50)
  const told = todosStory(Object.fromEntries(crowd.map((name) => [name, 50])))
  for (const name of crowd) told.calls(name, 'add', { id: 'seat', title: name })
  const run = await told.tell()
  for (const name of crowd) expect(run.shown(name, CONNECTED)).toEqual([['seat', name]])
  const [[, winner] = []] = run.shown(ROOM, CONNECTED + 50)
  expect(refusals(run)).toHaveLength(crowd.length - 1)
  expectAgreement(run, [['seat', winner]])
})

test('one client calls a thousand times at once: all of it is done, in its order', async () => {
  const told = todosStory({ alice: 300, bob: 20 }).calls('alice', 'add', { id: 'a', title: '' })
  for (let i = 0; i < 1000; i++) told.calls('alice', 'append', { id: 'a', text: String(i % 10) })
  const run = await told.tell()
  const digits = '0123456789'.repeat(100)
  expect(run.shown('alice', CONNECTED)).toEqual([['a', digits]])
  expect(refusals(run)).toEqual([])
  expectAgreement(run, [['a', digits]])
})
