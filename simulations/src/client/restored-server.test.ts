import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { isSettled, until, World } from './world.contract.ts'

let world: World

beforeEach(async () => {
  world = await World.open()
})
afterEach(() => world.close())

const CALLS = 'SELECT number FROM calls ORDER BY id'
const numbers = (...all: number[]) => all.map((number) => ({ number }))

/** Two calls, then a backup. */
async function backedUp(directory?: string) {
  const client = await world.client(directory === undefined ? {} : { directory })
  for (const number of [1, 2]) await client.mutate.call({ who: 'me', number }).confirmed
  await world.stopServer()
  const restore = await world.backUp()
  await world.startServer()
  await until(() => isSettled(client))
  return { client, restore }
}

describe('[G3] [G6] the server comes back from an older copy', () => {
  test('the client notices that it is ahead, keeps what is pending under new IDs, and converges', async () => {
    const { client, restore } = await backedUp()
    for (const number of [3, 4]) await client.mutate.call({ who: 'me', number }).confirmed
    await world.stopServer()
    restore()
    const handles = [5, 6].map((number) => client.mutate.call({ who: 'me', number }))
    await world.startServer()
    for (const { confirmed } of handles) expect(await confirmed).toMatchObject({ ok: true })
    await world.converged(client)
    // What was confirmed after the copy went with it: no client can know whether it is wanted again.
    expect(world.server().rows(CALLS)).toEqual(numbers(1, 2, 5, 6))
    expect(await client.query(CALLS)).toEqual(numbers(1, 2, 5, 6))
  })

  test('and others have moved it past the client’s version meanwhile', async () => {
    const { client, restore } = await backedUp()
    for (const number of [3, 4]) await client.mutate.call({ who: 'me', number }).confirmed
    client.stop()
    client.mutate.call({ who: 'me', number: 5 })
    await world.stopServer()
    restore()
    await world.startServer()
    const other = await world.client()
    for (const number of [10, 11, 12, 13]) await other.mutate.call({ who: 'other', number }).confirmed
    client.start()
    await world.converged(client, other)
    expect(world.server().rows(CALLS)).toEqual(numbers(1, 2, 10, 11, 12, 13, 5))
  })

  test('and a client that only watched has another history under the same version', async () => {
    const { client, restore } = await backedUp()
    const { client: watcher, events } = await world.member()
    await until(() => isSettled(watcher))
    await client.mutate.call({ who: 'me', number: 3 }).confirmed
    await until(() => watcher.status.version === 3)
    watcher.stop()
    await client.close()
    await world.stopServer()
    restore()
    await world.startServer()
    const other = await world.client()
    await other.mutate.call({ who: 'other', number: 7 }).confirmed
    await other.mutate.call({ who: 'other', number: 8 }).confirmed
    watcher.start()
    await world.converged(watcher, other)
    expect(await watcher.query(CALLS)).toEqual(numbers(1, 2, 7, 8))
    expect(events.filter(({ type }) => type === 'failed')).toMatchObject([{ error: { name: 'Diverged' } }])
  })

  test('and the client had been closed with mutations that it had made and not sent', async () => {
    const directory = world.directory()
    const { client, restore } = await backedUp(directory)
    await client.mutate.call({ who: 'me', number: 3 }).confirmed
    client.stop()
    client.mutate.call({ who: 'me', number: 4 })
    await client.close()
    await world.stopServer()
    restore()
    await world.startServer()
    const again = await world.client({ directory })
    await world.converged(again)
    expect(world.server().rows(CALLS)).toEqual(numbers(1, 2, 4))
  })
})

test('[G3] a room that was removed altogether starts afresh, with what is pending', async () => {
  const restoreEmpty = await (async () => {
    await world.stopServer()
    const restore = await world.backUp()
    await world.startServer()
    return restore
  })()
  const client = await world.client()
  for (const number of [1, 2]) await client.mutate.call({ who: 'me', number }).confirmed
  await world.stopServer()
  restoreEmpty()
  const handle = client.mutate.call({ who: 'me', number: 3 })
  await world.startServer()
  expect(await handle.confirmed).toMatchObject({ ok: true })
  await world.converged(client)
  expect(world.server().rows(CALLS)).toEqual(numbers(3))
})
