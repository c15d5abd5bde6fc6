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
