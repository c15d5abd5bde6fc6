import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { isSettled, until, World } from './world.contract.ts'

let world: World

beforeEach(async () => {
  world = await World.open()
})
afterEach(() => world.close())

const numbers = (count: number, from = 1) => Array.from({ length: count }, (_, i) => ({ number: from + i }))
const CALLS = 'SELECT number FROM calls ORDER BY id'

describe.each([
  ['before the first snapshot', false],
  ['with a base', true],
])('offline %s', (_, hasBase) => {
  test('[G1] [G2] [G5] 500 mutations survive a restart, and arrive once and in order', async () => {
    const directory = world.directory()
    if (hasBase) {
      const client = await world.client({ directory })
      await client.mutate.call({ who: 'me', number: 0 }).confirmed
      await client.close()
    }
    const first = hasBase ? [{ number: 0 }] : []
    let client = await world.client({ directory, autoStart: false })
    expect(await client.query(CALLS)).toEqual(first)
    const handles = numbers(500).map(({ number }) => client.mutate.call({ who: 'me', number }))
    await Promise.all(handles.map(({ durable }) => durable))
    await client.close()

    client = await world.client({ directory, autoStart: false })
    expect(client.status).toMatchObject({ pending: 500, connection: 'stopped', version: hasBase ? 1 : null })
    expect(await client.query(CALLS)).toEqual([...first, ...numbers(500)])
    client.start()
    await world.converged(client)
    expect(world.server().rows(CALLS)).toEqual([...first, ...numbers(500)])
    expect(await client.query(CALLS)).toEqual([...first, ...numbers(500)])
  })
})

test('[G5] outcomes are there after a restart, until they are dismissed', async () => {
  const directory = world.directory()
  let client = await world.client({ directory, autoStart: false })
  const [good, bad] = [client.mutate.add({ name: 'Food' }), client.mutate.rejectedByServer({ name: 'Rent' })]
  await bad.durable
  await client.close()

  client = await world.client({ directory })
  await until(() => isSettled(client))
  await client.close()

  client = await world.client({ directory, autoStart: false })
  const args = { name: 'Food' }
  expect(client.mutations()).toEqual([
    { id: good.id, name: 'add', args, createdAt: expect.any(Number), status: 'confirmed', value: 1 },
    {
      id: bad.id,
      name: 'rejectedByServer',
      args: { name: 'Rent' },
      createdAt: expect.any(Number),
      status: 'rejected',
      failure: { reason: 'rejected', code: 'not-here', message: 'Rent is not wanted' },
    },
  ])
  client.dismiss(bad.id)
  await client.close()
  client = await world.client({ directory, autoStart: false })
  expect(client.mutations().map(({ id }) => id)).toEqual([good.id])
})

test('[G5] what was durable when the process was killed is sent by the next one', async () => {
  const directory = world.directory()
  const client = await world.client({ directory, autoStart: false })
  for (const { number } of numbers(20)) client.mutate.call({ who: 'me', number })
  const last = client.mutate.call({ who: 'me', number: 21 })
  await last.durable
  client.mutate.call({ who: 'me', number: 22 })
  // As the files are now, before the turn ends in which the last one is written.
  const killed = await world.client({ directory: world.directory(directory) })
  await until(() => isSettled(killed))
  expect(world.server().rows(CALLS)).toEqual(numbers(21))
})

test('a handle that was waiting when the client closed stays open, and the outcome is found later', async () => {
  const directory = world.directory()
  let client = await world.client({ directory, autoStart: false })
  const handle = client.mutate.add({ name: 'Food' })
  let outcome: unknown = 'none'
  void handle.confirmed.then((result) => (outcome = result))
  await client.close()
  client = await world.client({ directory })
  await until(() => client.mutations().some(({ id, status }) => id === handle.id && status === 'confirmed'))
  expect(outcome).toBe('none')
})
