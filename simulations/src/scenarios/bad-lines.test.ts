import type { Simulation } from '@savepoint/simulator'
import { expect, test } from 'vitest'
import { CONNECTED, countOf, expectAgreement, todosStory } from './todos-story.contract.ts'

test('[G9] a slow reader holds up nobody else, and has everything when it reads again', async () => {
  const told = todosStory({ alice: 20, bob: 20, carol: 20 })
    .calls('bob', 'add', { id: 'a', title: 'nothing' })
    .at(CONNECTED + 1000)
    .happens({ do: 'slow-reader', client: 'alice', forMs: 20_000 })
  for (let i = 1; i <= 100; i++) told.at(CONNECTED + 1000 + i * 100).calls('bob', 'rename', { id: 'a', title: `title ${i}` })
  const run = await told.tell()
  expect(run.shown('carol', CONNECTED + 11_040)).toEqual([['a', 'title 100']])
  expect(run.shown('alice', CONNECTED + 11_040)).toEqual([['a', 'nothing']])
  expectAgreement(run, [['a', 'title 100']])
})

test('[G1] on a train that loses the line again and again, everything is done once', async () => {
  const told = todosStory({ alice: { line: { profile: 'flaky-train' } }, bob: 20 }).calls('bob', 'add', { id: 'a', title: '' })
  for (let i = 1; i <= 50; i++)
    told
      .at(CONNECTED + i * 2000)
      .calls('alice', 'append', { id: 'a', text: 'a' })
      .calls('bob', 'append', { id: 'a', text: 'b' })
  for (let i = 1; i <= 10; i++)
    told.at(CONNECTED + i * 9000).happens(i % 2 === 0 ? { do: 'cut', client: 'alice' } : { do: 'half-open', client: 'alice' })
  const run = await told.tell()
  expect(countOf(run, 'lost')).toBeGreaterThan(0)
  // All of her own is always there.
  expect(String(run.shown('alice', CONNECTED + 60_000)[0]?.[1]).match(/a/g)).toHaveLength(30)
  const [[, title] = []] = run.shown('room')
  expect([...String(title)].sort().join('')).toBe('a'.repeat(50) + 'b'.repeat(50))
  expectAgreement(run, [['a', title]])
})

test('one way is dead for a while: what was sent waits, and nobody sees a half of it', async () => {
  const run = await todosStory({ alice: 100, bob: 20 })
    .calls('bob', 'add', { id: 'a', title: 'Milk' })
    .at(20_000)
    .happens({ do: 'partition', client: 'alice', direction: 'up', forMs: 5000 })
    .calls('alice', 'rename', { id: 'a', title: 'Tea' })
    .at(21_000)
    .calls('bob', 'append', { id: 'a', text: ' and honey' })
    .tell()
  expect(run.shown('alice', 22_000)).toEqual([['a', 'Tea']])
  expect(run.shown('bob', 22_000)).toEqual([['a', 'Milk and honey']])
  expectAgreement(run, [['a', 'Tea']])
})

test('[G1] what is sent comes once more, behind other things: nothing is done twice, and nobody goes back', async () => {
  const told = todosStory({ alice: 20, bob: 20 })
    .calls('bob', 'add', { id: 'a', title: '' })
    .at(CONNECTED)
    .happens({ do: 'repeat-late', client: 'alice', forMs: 20_000 })
  for (let i = 0; i < 5; i++) told.at(CONNECTED + i * 3000).happens({ do: 'cut', client: 'alice' })
  for (let i = 1; i <= 50; i++)
    told
      .at(CONNECTED + i * 300)
      .calls('alice', 'append', { id: 'a', text: 'a' })
      .calls('bob', 'append', { id: 'a', text: 'b' })
  const run = await told.tell()
  expect([...lateRepeats(run, 'alice')]).toEqual(expect.arrayContaining(['welcome', 'poke']))
  expect([...lateRepeats(run, 'server')]).toEqual(expect.arrayContaining(['hello', 'push']))
  const [[, title] = []] = run.shown('room')
  expect([...String(title)].sort().join('')).toBe('a'.repeat(50) + 'b'.repeat(50))
  expectAgreement(run, [['a', title]])
})

/** Kinds of what came to a node a second time after something that was sent later. */
function lateRepeats({ events }: Simulation, node: string): Set<string> {
  const kinds = new Set<string>()
  const came = new Set<number>()
  for (const event of events) {
    if (event.type !== 'received' || event.node !== node || (event.from !== 'alice' && event.from !== 'server')) continue
    if (came.has(event.message) && Math.max(...came) > event.message) kinds.add(event.kind)
    came.add(event.message)
  }
  return kinds
}

test.each([
  ['is never answered', false],
  ['breaks off in the middle', true],
])('[G6] the request for a snapshot %s, while the socket lives: it is given up, and asked for again', async (_, midway) => {
  const run = await todosStory({ alice: 20, bob: { line: 20, joinsAt: 20_000 } })
    .calls('alice', 'add', { id: 'a', title: 'Milk' })
    .at(20_000)
    .happens({ do: 'stall-requests', client: 'bob', forMs: 5000, midway })
    .at(21_000)
    .calls('alice', 'rename', { id: 'a', title: 'Tea' })
    .at(25_000)
    .calls('bob', 'add', { id: 'b', title: 'Salt' })
    .at(100_000)
    .tell()
  const met = run.events.filter((event) => event.type === 'fault' && event.fault === 'stall-requests met')
  expect(met).toHaveLength(1)
  const live = run.events.find((event) => event.type === 'status' && event.node === 'bob' && event.connection === 'live')
  expect(live?.at).toBeGreaterThan(50_000)
  expect(live?.at).toBeLessThan(52_000)
  expectAgreement(run, [
    ['a', 'Tea'],
    ['b', 'Salt'],
  ])
})

test('[G6] the socket dies while a snapshot is on its way, which comes: the client finds out, and is live in the end', async () => {
  const run = await todosStory({ alice: 20, bob: { line: 200, joinsAt: 20_000 } })
    .calls('alice', 'add', { id: 'a', title: 'Milk' })
    .at(20_900)
    .happens({ do: 'half-open', client: 'bob', line: 'socket' })
    .at(100_000)
    .tell()
  expect(countOf(run, 'bootstrapped', 'bob')).toBe(1)
  const came = run.events.find((event) => event.type === 'received' && event.node === 'bob' && event.kind === 'response')
  const live = run.events.find((event) => event.type === 'status' && event.node === 'bob' && event.connection === 'live')
  expect(came?.at).toBeLessThan(22_000)
  expect(live?.at).toBeGreaterThan(30_000)
  expectAgreement(run, [['a', 'Milk']])
})
