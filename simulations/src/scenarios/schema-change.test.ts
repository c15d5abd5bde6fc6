import { expect, test } from 'vitest'
import { CONNECTED, expectAgreement, ROOM, todosStory } from './todos-story.contract.ts'

/** When the server comes back with the next version of the app, whose rooms begin anew. */
const DEPLOYED = 20_000

test('clients of the old version are refused and keep what is pending; updated, they send it', async () => {
  const run = await todosStory({ alice: 300, bob: 20 })
    .calls('bob', 'add', { id: 'a', title: 'of the old version' })
    .at(DEPLOYED)
    .happens({ do: 'deploy', version: 1, forMs: 1000 })
    .at(DEPLOYED + 500)
    .calls('alice', 'put', { id: 'b', title: 'while it was away' })
    .at(DEPLOYED + 30_000)
    .calls('alice', 'put', { id: 'c', title: 'while refused' })
    .at(DEPLOYED + 40_000)
    .happens({ do: 'update', client: 'bob', version: 1 })
    .at(DEPLOYED + 60_000)
    .happens({ do: 'update', client: 'alice', version: 1 })
    .at(DEPLOYED + 80_000)
    .tell()
  // Refused, alice goes on with what she has.
  const refused = run.events.find((event) => event.type === 'status' && event.node === 'alice' && event.connection === 'refused')
  expect(refused?.at).toBeLessThan(DEPLOYED + 20_000)
  expect(run.shown('alice', DEPLOYED + 30_000)).toEqual([
    ['a', 'of the old version'],
    ['b', 'while it was away'],
    ['c', 'while refused'],
  ])
  expect(run.shown(ROOM, DEPLOYED + 50_000)).toEqual([])
  expectAgreement(run, [
    ['b', 'while it was away'],
    ['c', 'while refused'],
  ])
})

test('a client that is updated before the server is refused too; started again, it sends what it has kept', async () => {
  const run = await todosStory({ alice: 300, bob: 20 })
    .happens({ do: 'update', client: 'alice', version: 1 })
    .at(CONNECTED + 5000)
    .calls('alice', 'put', { id: 'a', title: 'ahead of its time' })
    .calls('bob', 'put', { id: 'b', title: 'of the old version' })
    .at(DEPLOYED)
    .happens({ do: 'deploy', version: 1, forMs: 1000 })
    .at(DEPLOYED + 1000)
    .happens({ do: 'update', client: 'bob', version: 1 })
    .at(DEPLOYED + 30_000)
    .happens({ do: 'close', client: 'alice', forMs: 100 })
    .at(DEPLOYED + 60_000)
    .tell()
  expect(run.shown('alice', CONNECTED + 5000)).toContainEqual(['a', 'ahead of its time'])
  expect(run.shown(ROOM, CONNECTED + 6000)).toEqual([['b', 'of the old version']])
  expectAgreement(run, [['a', 'ahead of its time']])
})
