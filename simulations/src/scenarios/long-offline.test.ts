import { expect, test } from 'vitest'
import { CONNECTED, countOf, expectAgreement, todosStory } from './todos-story.contract.ts'

const MISSED = 2000
const OFFLINE_MS = 100_000

/** Alice is away while bob changes one row again and again; what she does meanwhile waits. */
function away(versionsKept: number) {
  const told = todosStory({ alice: 100, bob: 20 }, { server: { versionsKept } })
    .calls('bob', 'add', { id: 'a', title: 'nothing' })
    .calls('bob', 'add', { id: 'b', title: 'x' })
    .at(CONNECTED + 1000)
    .happens({ do: 'go-offline', client: 'alice', forMs: OFFLINE_MS })
    .calls('alice', 'append', { id: 'b', text: '+alice' })
  for (let i = 1; i <= MISSED; i++) told.at(CONNECTED + 1100 + i * 45).calls('bob', 'rename', { id: 'a', title: `title ${i}` })
  return told
}

const END = [
  ['a', `title ${MISSED}`],
  ['b', 'x+alice'],
]

test('thousands of versions are caught up with by one poke, in one step', async () => {
  const run = await away(10_000).tell()
  expect(run.shown('alice', CONNECTED + 1000 + OFFLINE_MS - 1)).toEqual([
    ['a', 'nothing'],
    ['b', 'x+alice'],
  ])
  expect(countOf(run, 'bootstrapped', 'alice')).toBe(1)
  const steps = run.events.filter(
    (event) => event.type === 'advanced' && event.node === 'alice' && event.to - (event.from ?? 0) > MISSED - 1,
  )
  expect(steps).toHaveLength(1)
  expectAgreement(run, END)
})

test('where the log no longer goes back so far, a snapshot does it, and what is pending is kept', async () => {
  const run = await away(100).tell()
  expect(countOf(run, 'bootstrapped', 'alice')).toBe(2)
  expect(countOf(run, 'settled', 'alice')).toBe(1)
  expectAgreement(run, END)
})
