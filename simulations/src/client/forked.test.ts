import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { isSettled, until, World } from './world.contract.ts'

let world: World

beforeEach(async () => {
  world = await World.open()
})
afterEach(() => world.close())

const CALLS = 'SELECT who, number FROM calls'
const sorted = (rows: unknown[]) => rows.map((row) => JSON.stringify(row)).sort()
const calls = (who: string, ...numbers: number[]) => numbers.map((number) => ({ who, number }))

/** A directory with one confirmed call and two pending ones, and a copy of it. */
async function copied() {
  const directory = world.directory()
  let client = await world.client({ directory })
  await client.mutate.call({ who: 'both', number: 0 }).confirmed
  await client.close()
  client = await world.client({ directory, autoStart: false })
  client.mutate.call({ who: 'both', number: 1 })
  client.mutate.call({ who: 'both', number: 2 })
  await client.close()
  const one = await world.member({ directory, autoStart: false })
  const two = await world.member({ directory: world.directory(directory), autoStart: false })
  expect(two.client.clientID).toBe(one.client.clientID)
  return { one, two }
}

describe('[G1] [G5] a copied profile', () => {
  test('one after the other: the copy takes a new ID, and neither loses or repeats anything', async () => {
    const { one, two } = await copied()
    one.client.mutate.call({ who: 'one', number: 3 })
    two.client.mutate.call({ who: 'two', number: 3 })
    two.client.mutate.call({ who: 'two', number: 4 })
    one.client.start()
    await until(() => isSettled(one.client))
    one.client.stop()
    const before = two.client.clientID
    two.client.start()
    await until(() => isSettled(two.client))
    expect(two.client.clientID).not.toBe(before)
    expect(two.events.filter(({ type }) => type === 'forked')).toHaveLength(1)
    one.client.start()
    await world.converged(one.client, two.client)
    expect(one.client.clientID).toBe(before)
    expect(sorted(world.server().rows(CALLS))).toEqual(sorted([...calls('both', 0, 1, 2), ...calls('one', 3), ...calls('two', 3, 4)]))
  })

  test('both at once', async () => {
    const { one, two } = await copied()
    for (let number = 3; number < 8; number++) {
      one.client.mutate.call({ who: 'one', number })
      two.client.mutate.call({ who: 'two', number })
    }
    one.client.start()
    two.client.start()
    await until(() => [one, two].every(({ client }) => client.status.pending === 0))
    await until(() => one.client.clientID !== two.client.clientID)
    await world.converged(one.client, two.client)
    expect(sorted(world.server().rows(CALLS))).toEqual(
      sorted([...calls('both', 0, 1, 2), ...calls('one', 3, 4, 5, 6, 7), ...calls('two', 3, 4, 5, 6, 7)]),
    )
  })

  test('that has nothing to send does not fight over the ID', async () => {
    const directory = world.directory()
    const client = await world.client({ directory })
    await client.mutate.call({ who: 'both', number: 0 }).confirmed
    await client.close()
    const one = await world.client({ directory })
    await until(() => isSettled(one))
    const two = await world.client({ directory: world.directory(directory) })
    await until(() => one.clientID !== two.clientID)
    await world.converged(one, two)
    const handles = [one.mutate.call({ who: 'one', number: 1 }), two.mutate.call({ who: 'two', number: 1 })]
    for (const { confirmed } of handles) expect(await confirmed).toMatchObject({ ok: true })
    await world.converged(one, two)
  })

  test('whose outcomes the other has confirmed already', async () => {
    const { one, two } = await copied()
    one.client.start()
    await until(() => isSettled(one.client))
    // What it says next tells the server that it keeps the outcomes.
    await one.client.mutate.call({ who: 'one', number: 3 }).confirmed
    await one.client.mutate.call({ who: 'one', number: 4 }).confirmed
    two.client.mutate.call({ who: 'two', number: 3 })
    two.client.start()
    await world.converged(one.client, two.client)
    expect(sorted(world.server().rows(CALLS))).toEqual(sorted([...calls('both', 0, 1, 2), ...calls('one', 3, 4), ...calls('two', 3)]))
  })
})

test('[G1] a client restored from its own backup goes on, under a new ID if it has to', async () => {
  const directory = world.directory()
  let client = await world.client({ directory })
  await client.mutate.call({ who: 'me', number: 1 }).confirmed
  await client.close()
  const backup = world.directory(directory)
  client = await world.client({ directory })
  await client.mutate.call({ who: 'me', number: 2 }).confirmed
  await client.close()
  const restored = await world.client({ directory: backup, autoStart: false })
  restored.mutate.call({ who: 'me', number: 3 })
  restored.start()
  await world.converged(restored)
  expect(world.server().rows('SELECT number FROM calls ORDER BY id')).toEqual([{ number: 1 }, { number: 2 }, { number: 3 }])
})
