import { MutationFailed } from '@savepoint/client'
import { defineMutators } from '@savepoint/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { mutators } from './shop.contract.ts'
import { isSettled, until, World } from './world.contract.ts'

let world: World

beforeEach(async () => {
  world = await World.open()
})
afterEach(() => world.close())

async function live() {
  const client = await world.client()
  await until(() => isSettled(client))
  return client
}

describe('a handle tells', () => {
  test('[G8] what the server returned, and that all came as predicted', async () => {
    const client = await live()
    const handle = client.mutate.add({ name: 'Food', by: 3 })
    expect(handle.local).toEqual({ ok: true, value: 3 })
    await handle.durable
    expect(await handle.confirmed).toEqual({ ok: true, value: 3, diverged: false })
    expect(await handle.confirmed.unwrap()).toBe(3)
    expect(await client.query('SELECT name, n FROM items')).toEqual([{ name: 'Food', n: 3 }])
    expect(world.server().rows('SELECT name, n FROM items')).toEqual([{ name: 'Food', n: 3 }])
  })

  test('that the value, or a row, came out otherwise', async () => {
    const client = await live()
    expect(client.mutate.whereAmI().local).toMatchObject({ value: 'client' })
    expect(await client.mutate.whereAmI().confirmed).toEqual({ ok: true, value: 'server', diverged: true })
    const handle = client.mutate.elsewhere({ name: 'Food' })
    expect(await handle.confirmed).toEqual({ ok: true, value: undefined, diverged: true })
    expect(await client.query('SELECT n FROM items')).toEqual([{ n: 2 }])
  })

  test('[G8] what came of a foreign change before it, which was predicted once the change was heard of', async () => {
    const [one, two] = [await live(), await live()]
    one.stop()
    await two.mutate.add({ name: 'Food', by: 10 }).confirmed
    const handle = one.mutate.add({ name: 'Food', by: 1 })
    one.start()
    expect(await handle.confirmed).toEqual({ ok: true, value: 11, diverged: false })
    expect(await one.query('SELECT n FROM items')).toEqual([{ n: 11 }])
  })

  test('that it was confirmed as predicted, though it was called before there was anything to build on', async () => {
    const client = await world.client({ autoStart: false })
    const handles = [client.mutate.add({ name: 'Food' }), client.mutate.add({ name: 'Food' })]
    client.start()
    expect(await handles[1]?.confirmed).toEqual({ ok: true, value: 2, diverged: false })
  })
})

describe('[G6] a rejection affects its own mutation only', () => {
  test('tx.reject on the server', async () => {
    const client = await live()
    const [before, handle, after] = [
      client.mutate.add({ name: 'a' }),
      client.mutate.rejectedByServer({ name: 'Food' }),
      client.mutate.add({ name: 'b' }),
    ]
    expect(handle.local.ok).toBe(true)
    expect(await handle.confirmed).toEqual({ ok: false, reason: 'rejected', code: 'not-here', message: 'Food is not wanted' })
    const thrown = await handle.confirmed.unwrap().catch((error: unknown) => error)
    expect(thrown).toBeInstanceOf(MutationFailed)
    expect(thrown).toMatchObject({ code: 'not-here', reason: 'rejected', message: 'Food is not wanted' })
    for (const other of [before, after]) expect(await other.confirmed).toMatchObject({ ok: true, diverged: false })
    expect(await client.query('SELECT name FROM items ORDER BY name')).toEqual([{ name: 'a' }, { name: 'b' }])
    await world.converged(client)
  })

  test('an error that is thrown only on the server', async () => {
    const client = await live()
    expect(await client.mutate.throwsOnServer().confirmed).toEqual({ ok: false, reason: 'rejected', code: 'error', message: 'out of luck' })
    await world.converged(client)
  })

  test.each([
    ['unique', { name: 'other', label: 'x' }, { kind: 'unique', table: 'items', columns: ['label', 'n'] }],
    ['primary-key', { name: 'known' }, { kind: 'primary-key', table: 'items', columns: ['name'] }],
  ])('a %s constraint, with its table and columns', async (code, args, constraint) => {
    const client = await live()
    await client.mutate.insert({ name: 'known', label: 'x' }).confirmed
    const other = await world.client({ autoStart: false })
    const handle = other.mutate.insert(args)
    expect(handle.local.ok).toBe(true)
    other.start()
    expect(await handle.confirmed).toMatchObject({ ok: false, reason: 'constraint', code, constraint })
    await world.converged(client, other)
  })

  test('a CHECK, by its name', async () => {
    const client = await live()
    const handle = client.mutate.add({ name: 'Food', by: -1 })
    expect(handle.local).toMatchObject({ ok: false, reason: 'constraint', code: 'check', constraint: { kind: 'check', name: 'enough' } })
    expect(await handle.confirmed).toMatchObject({ ok: false, code: 'check' })
  })

  test('a throw on replay withdraws the prediction, and the server decides', async () => {
    const [one, two] = [await live(), await live()]
    world.proxy.fateOf = () => ({})
    one.stop()
    const handle = one.mutate.onlyIfNone({ name: 'Food' })
    const after = one.mutate.add({ name: 'Rent' })
    await two.mutate.add({ name: 'Food', by: 5 }).confirmed
    one.start()
    expect(await handle.confirmed).toEqual({ ok: false, reason: 'rejected', code: 'taken', message: 'Food is there already' })
    expect(await after.confirmed).toMatchObject({ ok: true })
    await world.converged(one, two)
    expect(await one.query('SELECT name, n FROM items ORDER BY name')).toEqual([
      { name: 'Food', n: 5 },
      { name: 'Rent', n: 1 },
    ])
  })

  test('a mutator that the server does not have yet', async () => {
    const { add: _, ...older } = mutators.definitions
    await world.stopServer()
    await world.startServer({ mutators: defineMutators(older) as unknown as typeof mutators })
    const client = await live()
    const [unknown, known] = [client.mutate.add({ name: 'Food' }), client.mutate.call({ who: 'me', number: 1 })]
    expect(await unknown.confirmed).toMatchObject({ ok: false, reason: 'schema', code: 'unknown-mutator' })
    expect(await known.confirmed).toMatchObject({ ok: true })
    await world.converged(client)
  })
})

describe('refused at the call, and never sent', () => {
  test.each([
    ['a promise', 'async-mutator', (client: Awaited<ReturnType<typeof live>>) => client.mutate.later({ name: 'x' })],
    [
      'SQL that is not for mutators',
      'forbidden-sql',
      (client: Awaited<ReturnType<typeof live>>) => client.mutate.sql({ sql: 'DROP TABLE items' }),
    ],
    ['arguments that are no data', 'invalid-args', (client: Awaited<ReturnType<typeof live>>) => client.mutate.echo(/x/)],
    [
      'arguments that are too large',
      'args-too-large',
      (client: Awaited<ReturnType<typeof live>>) => client.mutate.echo('x'.repeat(300_000)),
    ],
  ])('%s', async (_, code, call) => {
    const client = await live()
    const handle = call(client)
    expect(handle.local).toMatchObject({ ok: false, reason: 'schema', code })
    expect(await handle.confirmed).toMatchObject({ ok: false, reason: 'schema', code })
    await handle.durable
    expect(client.mutations()).toEqual([])
    await world.converged(client)
  })
})

describe('cancel', () => {
  test('takes back what was not sent, and not what was', async () => {
    const client = await live()
    const early = client.mutate.call({ who: 'me', number: 1 })
    const kept = client.mutate.call({ who: 'me', number: 2 })
    expect(early.cancel()).toBe(true)
    expect(await early.confirmed).toMatchObject({ ok: false, reason: 'cancelled' })
    expect(await kept.confirmed).toMatchObject({ ok: true, diverged: false })
    expect(kept.cancel()).toBe(false)
    await world.converged(client)
    expect(world.server().rows('SELECT number FROM calls')).toEqual([{ number: 2 }])
  })

  test('is no use while it is on its way', async () => {
    const { client, events } = await world.member()
    await until(() => isSettled(client))
    world.proxy.swallowsAnswers = true
    const handle = client.mutate.call({ who: 'me', number: 1 })
    await until(() => events.some(({ type }) => type === 'pushed'))
    expect(handle.cancel()).toBe(false)
    world.proxy.swallowsAnswers = false
    world.proxy.cut()
    expect(await handle.confirmed).toMatchObject({ ok: true })
  })
})

test('values of all types cross to the server and back', async () => {
  const client = await live()
  const value = {
    date: new Date(12),
    big: 2n ** 70n,
    bytes: new Uint8Array([0, 255]),
    map: new Map<unknown, unknown>([['k', new Set([1, new Date(5)])]]),
    nothing: undefined,
    odd: [Number.NaN, Number.POSITIVE_INFINITY, -0, 'ü\u2028𝄞'],
  }
  const handle = client.mutate.echo(value)
  expect(handle.local).toStrictEqual({ ok: true, value })
  expect(await handle.confirmed).toStrictEqual({ ok: true, value, diverged: false })
  expect(client.mutations()).toMatchObject([{ args: value, value, status: 'confirmed' }])
})
