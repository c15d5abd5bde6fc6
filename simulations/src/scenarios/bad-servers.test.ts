import { story } from '@savepoint/simulator'
import { expect, test } from 'vitest'
import { todosApp } from '../apps/todos/todos-app.ts'
import { CONNECTED, countOf, expectAgreement, todosStory } from './todos-story.contract.ts'

/** How often a fault was met, and not only arranged. */
function met(run: Parameters<typeof expectAgreement>[0], fault: string): number {
  return run.events.filter((event) => event.type === 'fault' && event.fault === fault).length
}

/** When the mutations of a client were settled, in virtual milliseconds. */
function settledAt(run: Parameters<typeof expectAgreement>[0], client: string): number[] {
  return run.events.flatMap(({ type, node, at }) => (type === 'settled' && node === client ? [at] : []))
}

test.each(['before', 'after'] as const)(
  '[G5] a log takes seconds for an append, which waits %s it has happened: calls wait, and none is lost',
  async (when) => {
    const told = todosStory({ alice: 20, bob: 20 }, { server: { log: 'remote' } })
      .calls('alice', 'add', { id: 'a', title: '' })
      .at(15_000)
      .happens({ do: 'slow-log', when, forMs: 8000 })
    for (let i = 0; i < 8; i++) told.at(15_500 + i * 1000).calls('alice', 'append', { id: 'a', text: String(i) })
    const run = await told.tell()
    expect(met(run, 'slow-log met')).toBe(1)
    expect(countOf(run, 'failed')).toBe(0)
    const [first, ...rest] = settledAt(run, 'alice')
    expect(first).toBeLessThan(15_000)
    expect(rest.filter((at) => at < 23_000)).toEqual([])
    expect(run.shown('alice', 22_900)).toEqual([['a', '01234567']])
    expectAgreement(run, [['a', '01234567']])
  },
)

test('[G1] an append that is under way when its server is killed may still happen, and counts then', async () => {
  const run = await todosStory({ alice: 20, bob: 20 }, { server: { log: 'remote' } })
    .calls('alice', 'add', { id: 'a', title: '' })
    .at(15_000)
    .happens({ do: 'slow-log', when: 'before', forMs: 2000 })
    .calls('alice', 'append', { id: 'a', text: 'once' })
    .at(16_000)
    .happens({ do: 'kill-server', forMs: 3000 })
    .at(18_000)
    .tell()
  // The server that comes back finds it in the log, so that nobody has to push it again.
  expect(
    run.events.filter(
      ({ type, node, at, ...event }) => type === 'received' && node === 'server' && at > 15_000 && 'kind' in event && event.kind === 'push',
    ),
  ).toHaveLength(1)
  expectAgreement(run, [['a', 'once']])
})

test('[G10] [G9] who reads slower than the server keeps for it is cut off, and catches up', async () => {
  const told = todosStory({ alice: 20, bob: 20, carol: 20 }, { server: { socketBufferBytes: 2000 } })
    .calls('bob', 'add', { id: 'a', title: '' })
    .at(CONNECTED + 1000)
    .happens({ do: 'slow-reader', client: 'alice', forMs: 5000 })
  for (let i = 1; i <= 40; i++) told.at(CONNECTED + 1000 + i * 100).calls('bob', 'rename', { id: 'a', title: `title ${i}` })
  const run = await told.at(CONNECTED + 30_000).tell()
  expect(met(run, 'client-cut')).toBeGreaterThan(0)
  expect(run.events.some((event) => event.type === 'status' && event.node === 'alice' && event.connection === 'offline')).toBe(true)
  expect(run.shown('carol', CONNECTED + 5100)).toEqual([['a', 'title 40']])
  expectAgreement(run, [['a', 'title 40']])
})

test('a snapshot holds what is there when it is not to lag, and an old one is made up for by a poke', async () => {
  const versions = async (snapshotLag?: number) => {
    const told = todosStory({ alice: 20, bob: { line: 20, joinsAt: 20_000 } }, { server: snapshotLag === undefined ? {} : { snapshotLag } })
    for (let i = 0; i < 5; i++) told.at(CONNECTED + i).calls('alice', 'add', { id: String(i), title: '' })
    const run = await told.at(30_000).tell()
    expectAgreement(
      run,
      [0, 1, 2, 3, 4].map((i) => [String(i), '']),
    )
    return run.events.flatMap((event) => (event.type === 'sent' && event.kind === 'response' ? [event.about] : []))
  }
  expect(await versions()).toEqual(['status 200, a snapshot of version 0', 'status 200, a snapshot of version 0'])
  expect(await versions(0)).toEqual(['status 200, a snapshot of version 0', 'status 200, a snapshot of version 5'])
})

/** Clients are who their names say. */
const named = { ...todosApp, authOf: (client: string) => ({ identity: client }) }

test('[G9] under another’s clientID nobody is let in: neither while its owner is there, nor while it is away', async () => {
  const run = await story(named, { alice: 20, bob: 20 })
    .at(CONNECTED)
    .calls('alice', 'add', { id: 'a', title: 'Milk' })
    .at(15_000)
    .happens({ do: 'impersonate', client: 'bob', whom: 'alice' })
    .at(20_000)
    .happens({ do: 'go-offline', client: 'alice', forMs: 10_000 })
    .at(21_000)
    .happens({ do: 'impersonate', client: 'bob', whom: 'alice' })
    .at(22_000)
    .calls('alice', 'append', { id: 'a', text: ' and honey' })
    .at(40_000)
    .play({ watch: 'SELECT id, title FROM todos' })
  expect(met(run, 'impersonate')).toBe(2)
  const refused = run.events.filter((event) => event.type === 'sent' && event.kind === 'refusal')
  expect(refused).toMatchObject([
    { to: 'bob', about: 'unauthorized' },
    { to: 'bob', about: 'unauthorized' },
  ])
  expectAgreement(run, [['a', 'Milk and honey']])
})
