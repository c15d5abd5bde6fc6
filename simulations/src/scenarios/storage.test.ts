import { expect, test } from 'vitest'
import { CONNECTED, countOf, expectAgreement, ROOM, refusals, todosStory } from './todos-story.contract.ts'

test('the server is restored from an older backup: what came after it is gone everywhere, and what is pending is sent', async () => {
  const run = await todosStory({ alice: 300, bob: 20 })
    .calls('bob', 'add', { id: 'a', title: 'before the backup' })
    .at(15_000)
    .happens({ do: 'back-up' })
    .at(16_000)
    .calls('bob', 'add', { id: 'b', title: 'after the backup' })
    .at(20_000)
    .happens({ do: 'restore', forMs: 1000 })
    .at(20_500)
    .calls('alice', 'add', { id: 'c', title: 'while it was away' })
    .at(60_000)
    .tell()
  expect(run.shown('alice', 20_500)).toEqual([
    ['a', 'before the backup'],
    ['b', 'after the backup'],
    ['c', 'while it was away'],
  ])
  expectAgreement(run, [
    ['a', 'before the backup'],
    ['c', 'while it was away'],
  ])
})

test('a profile is copied with something pending in it: each goes on under an ID of its own, and it is done once', async () => {
  const run = await todosStory({ alice: 300, bob: 20 })
    .calls('bob', 'add', { id: 'a', title: '' })
    .at(15_000)
    .happens({ do: 'go-offline', client: 'alice', forMs: 5000 })
    .calls('alice', 'append', { id: 'a', text: 'once' })
    .at(16_000)
    .happens({ do: 'copy-profile', client: 'alice', as: 'alice-2' })
    .at(30_000)
    .calls('alice', 'append', { id: 'a', text: ', alice' })
    .at(40_000)
    .calls('alice-2', 'append', { id: 'a', text: ', her copy' })
    .at(60_000)
    .tell()
  expect(run.shown('alice-2', 16_000)).toEqual([['a', 'once']])
  expect(countOf(run, 'forked')).toBeGreaterThan(0)
  expectAgreement(run, [['a', 'once, alice, her copy']])
})

test('storage is cleared: what was not sent is gone, and the client starts afresh as another', async () => {
  const run = await todosStory({ alice: 300, bob: 20 })
    .calls('alice', 'add', { id: 'a', title: 'sent' })
    .at(15_000)
    .happens({ do: 'go-offline', client: 'alice', forMs: 5000 })
    .calls('alice', 'add', { id: 'b', title: 'not sent' })
    .at(16_000)
    .happens({ do: 'clear-storage', client: 'alice' })
    .at(30_000)
    .calls('alice', 'add', { id: 'c', title: 'afterwards' })
    .tell()
  expect(run.shown('alice', 15_500)).toEqual([
    ['a', 'sent'],
    ['b', 'not sent'],
  ])
  expect(run.shown('alice', 16_000)).toEqual([])
  const ids = run.events.flatMap((event) => (event.type === 'up' && event.node === 'alice' ? [event.clientID] : []))
  expect(new Set(ids).size).toBe(2)
  expectAgreement(run, [
    ['a', 'sent'],
    ['c', 'afterwards'],
  ])
})

test('[G5] a tab ends in the middle of things, again and again: what was saved is sent', async () => {
  const told = todosStory({ alice: 300, bob: 20 }).calls('bob', 'add', { id: 'a', title: '' })
  for (let i = 0; i < 10; i++)
    told
      .at(CONNECTED + 10_000 * (i + 1))
      .calls('alice', 'append', { id: 'a', text: String(i) })
      .at(CONNECTED + 10_000 * (i + 1) + 100 * i)
      .happens({ do: 'kill-client', client: 'alice', forMs: 1000, power: i % 2 === 0 })
  const run = await told.at(CONNECTED + 120_000).tell()
  expect(countOf(run, 'down', 'alice')).toBe(10)
  expect(run.violation, run.timeline().join('\n')).toBeNull()
  // What was called at the very moment of a loss of power may not have been saved; all else is there, once and in its order.
  const durable = countOf(run, 'durable', 'alice')
  const [[, title] = []] = run.shown(ROOM)
  expect(String(title)).toMatch(/^0?1?2?3?4?5?6?7?8?9?$/)
  expect(String(title).length).toBeGreaterThanOrEqual(durable)
  expect(refusals(run)).toEqual([])
  expectAgreement(run, [['a', title]])
})
