import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { isSettled, until, World } from './world.contract.ts'

let world: World

beforeEach(async () => {
  world = await World.open()
})
afterEach(() => world.close())

const CALLS = 'SELECT number FROM calls ORDER BY id'
const one = (number: number) => ({ who: 'me', number })

describe('[G1] between commit and answer', () => {
  test('the answer is lost, and the line is cut', async () => {
    const client = await world.client()
    await until(() => isSettled(client))
    world.proxy.swallowsAnswers = true
    const handles = [1, 2, 3].map((number) => client.mutate.call(one(number)))
    const rejected = client.mutate.rejectedByServer({ name: 'x' })
    await until(() => world.server().version === 4)
    world.proxy.swallowsAnswers = false
    world.proxy.cut()
    for (const handle of handles) expect(await handle.confirmed).toEqual({ ok: true, value: undefined, diverged: false })
    expect(await rejected.confirmed).toMatchObject({ ok: false, code: 'not-here' })
    await world.converged(client)
    expect(world.server().rows(CALLS)).toEqual([{ number: 1 }, { number: 2 }, { number: 3 }])
  })

  test('the server is restarted', async () => {
    const client = await world.client()
    await until(() => isSettled(client))
    world.proxy.swallowsAnswers = true
    const handles = [client.mutate.add({ name: 'Food' }), client.mutate.add({ name: 'Food' }), client.mutate.throwsOnServer()]
    await until(() => world.server().version === 3)
    await world.stopServer()
    world.proxy.swallowsAnswers = false
    await world.startServer()
    expect(await Promise.all(handles.map(({ confirmed }) => confirmed))).toMatchObject([
      { ok: true, value: 1 },
      { ok: true, value: 2 },
      { ok: false, message: 'out of luck' },
    ])
    await world.converged(client)
    expect(await client.query('SELECT n FROM items')).toEqual([{ n: 2 }])
  })

  test('both the server and the client are restarted', async () => {
    const directory = world.directory()
    let client = await world.client({ directory })
    await until(() => isSettled(client))
    world.proxy.swallowsAnswers = true
    const handles = [client.mutate.call(one(1)), client.mutate.rejectedByServer({ name: 'x' })]
    await until(() => world.server().version === 2)
    await client.close()
    await world.stopServer()
    world.proxy.swallowsAnswers = false
    await world.startServer()
    client = await world.client({ directory })
    await world.converged(client)
    expect(client.mutations()).toMatchObject([
      { id: handles[0]?.id, status: 'confirmed' },
      { id: handles[1]?.id, status: 'rejected', failure: { code: 'not-here' } },
    ])
    expect(world.server().rows(CALLS)).toEqual([{ number: 1 }])
  })
})

test.each([1, 2, 3, 4, 5, 6, 7, 8])('[G1] [G2] a line that is cut again and again, after %i00 bytes and more', async (hundreds) => {
  let bytes = hundreds * 100
  world.proxy.fateOf = (kind, count) => {
    bytes += 157
    return kind === 'socket' && count < 12 ? (count % 2 === 0 ? { cutUpAt: bytes } : { cutDownAt: bytes }) : {}
  }
  const { client, events } = await world.member()
  for (let number = 1; number <= 40; number++) {
    client.mutate.call(one(number))
    if (number % 8 === 0) {
      const before = events.length
      client.start()
      await until(() => events.length > before)
    }
  }
  await until(() => {
    // Attempts wait longer each time; the test need not.
    if (client.status.connection === 'offline') client.start()
    return isSettled(client)
  })
  await world.converged(client)
  expect(world.server().rows(CALLS)).toEqual(Array.from({ length: 40 }, (_, i) => ({ number: i + 1 })))
})

test('[G1] many large answers that come in several frames are all taken', async () => {
  const client = await world.client()
  await until(() => isSettled(client))
  world.proxy.swallowsAnswers = true
  const text = 'x'.repeat(200_000)
  const handles = Array.from({ length: 40 }, () => client.mutate.echo(text))
  await until(() => world.server().version >= 15)
  world.proxy.swallowsAnswers = false
  world.proxy.cut()
  for (const { confirmed } of handles) expect(await confirmed).toEqual({ ok: true, value: text, diverged: false })
  await world.converged(client)
  expect(client.mutations().map(({ status }) => status)).toEqual(handles.map(() => 'confirmed'))
})
