import { defineSchema } from '@savepoint/core'
import { afterEach, describe, expect, test } from 'vitest'
import { schema } from './shop.contract.ts'
import { isSettled, until, World } from './world.contract.ts'

let world: World
afterEach(() => world.close())

const newer = defineSchema({ name: 'shop', version: 2, sql: `${schema.sql}; CREATE TABLE extra (id INTEGER PRIMARY KEY)` })

describe('[G5] a schema that is not the room’s', () => {
  test('a newer client is refused with both sides named, keeps what is pending, and goes on once its schema is the room’s', async () => {
    world = await World.open()
    const directory = world.directory()
    let client = await world.client({ directory })
    await client.mutate.add({ name: 'Food' }).confirmed
    await client.close()

    client = await world.client({ directory, schema: newer })
    const handle = client.mutate.add({ name: 'Rent' })
    await until(() => client.status.connection === 'refused')
    expect(client.status).toMatchObject({ pending: 1, refusal: { code: 'schema-mismatch' } })
    expect(client.status.refusal?.message).toMatch(/"shop" version 2 .*"shop" version 1/)
    await handle.durable
    await client.close()

    client = await world.client({ directory })
    await world.converged(client)
    expect(await client.query('SELECT name FROM items ORDER BY name')).toEqual([{ name: 'Food' }, { name: 'Rent' }])
  })

  test('an older client is refused, and what it had pending is sent by the newer one', async () => {
    world = await World.open({ schema: newer })
    const directory = world.directory()
    let client = await world.client({ directory })
    client.mutate.call({ who: 'me', number: 1 })
    client.mutate.call({ who: 'me', number: 2 })
    await until(() => client.status.connection === 'refused')
    expect(client.status.refusal?.message).toMatch(/"shop" version 1 .*"shop" version 2/)
    await client.close()

    client = await world.client({ directory, schema: newer })
    await world.converged(client)
    expect(world.server().rows('SELECT number FROM calls ORDER BY id')).toEqual([{ number: 1 }, { number: 2 }])
  })
})

describe('who may not in', () => {
  test('is told so, keeps what is pending, and gets in with a new token', async () => {
    world = await World.open({
      authorize: (request) => (request.headers.get('authorization') === 'Bearer good' ? { identity: 'me' } : null),
    })
    let token = 'bad'
    const client = await world.client({ token: () => token })
    const handle = client.mutate.add({ name: 'Food' })
    await until(() => client.status.connection === 'refused')
    expect(client.status).toMatchObject({
      pending: 1,
      refusal: { code: 'unauthorized', message: expect.stringMatching(/pending is kept/) },
    })
    token = 'good'
    client.start()
    expect(await handle.confirmed).toMatchObject({ ok: true })
    expect(client.status).toMatchObject({ connection: 'live', refusal: null })
  })

  test('may come in but not fetch: the refusal of the snapshot is told as well', async () => {
    world = await World.open({ authorize: (request) => !request.url.endsWith('/snapshot') })
    const client = await world.client()
    await until(() => client.status.connection === 'refused')
    expect(client.status.refusal).toMatchObject({ code: 'unauthorized' })
  })

  test('[G5] who may only read follows the room, shows that it may not change it, and keeps what is pending', async () => {
    let editors = ['Bearer ada']
    world = await World.open({
      authorize: (request, { action }) => action === 'read' || editors.includes(request.headers.get('authorization') ?? ''),
    })
    const ada = await world.client({ token: () => 'ada' })
    await ada.mutate.add({ name: 'Food' }).confirmed
    const bob = await world.client({ token: () => 'bob' })
    const handle = bob.mutate.add({ name: 'Rent' })
    await until(() => bob.status.connection === 'live')
    await ada.mutate.add({ name: 'Books' }).confirmed
    await until(async () => (await bob.query('SELECT * FROM items')).length === 3)
    expect(bob.status).toMatchObject({ pending: 1, refusal: { code: 'read-only', message: expect.stringMatching(/pending is kept/) } })
    editors = ['Bearer ada', 'Bearer bob']
    world.proxy.cut()
    expect(await handle.confirmed).toMatchObject({ ok: true })
    expect(bob.status.refusal).toBeNull()
  })

  test('[G5] a token that expires on a live line is replaced by a fresh one, and nothing is lost', async () => {
    const expiries = new Map([['first', Date.now() + 60_000]])
    world = await World.open({
      authorize: (request) => {
        const expiresAt = expiries.get((request.headers.get('authorization') ?? '').replace('Bearer ', ''))
        return expiresAt === undefined ? null : { identity: 'me', expiresAt }
      },
    })
    const asked: boolean[] = []
    let token = 'first'
    const client = await world.client({
      token: ({ fresh }) => {
        asked.push(fresh)
        if (fresh) token = 'second'
        return token
      },
    })
    await client.mutate.add({ name: 'Food' }).confirmed
    expiries.clear()
    expiries.set('second', Date.now() + 60_000)
    const checked = world.recheck({ identity: 'me' })
    const handle = client.mutate.add({ name: 'Rent' })
    await checked
    expect(await handle.confirmed).toMatchObject({ ok: true })
    expect(asked.filter((fresh) => fresh)).toEqual([true])
    expiries.clear()
    await world.recheck()
    await until(() => client.status.connection === 'refused')
    expect(client.status.refusal).toMatchObject({ code: 'unauthorized', message: expect.stringMatching(/pending is kept/) })
    expect(asked.filter((fresh) => fresh)).toEqual([true, true])
  })

  test('a clientID belongs to who used it first', async () => {
    world = await World.open({ authorize: (request) => ({ identity: request.headers.get('authorization') ?? '' }) })
    const directory = world.directory()
    const client = await world.client({ directory, token: () => 'me' })
    await client.mutate.add({ name: 'Food' }).confirmed
    await client.close()
    const thief = await world.client({ directory: world.directory(directory), token: () => 'thief' })
    const handle = thief.mutate.add({ name: 'Rent' })
    await until(() => thief.status.connection === 'refused')
    expect(thief.status.refusal).toMatchObject({ code: 'unauthorized' })
    expect(handle.local.ok).toBe(true)
    expect(world.server().rows('SELECT name FROM items')).toEqual([{ name: 'Food' }])
  })

  test('a room that cannot be', async () => {
    world = await World.open()
    const client = await world.client({ room: 'a room/with slashes' })
    await until(() => client.status.connection === 'refused')
    expect(client.status.refusal).toMatchObject({ code: 'bad-room' })
  })

  test('another protocol version', async () => {
    world = await World.open()
    const client = await world.client({
      wrapTransport: (transport) => ({
        ...transport,
        connect: (listener) => {
          const socket = transport.connect(listener)
          return { close: () => socket.close(), send: (frame) => socket.send(frame.replace('"protocol":1', '"protocol":99')) }
        },
      }),
    })
    await until(() => client.status.connection === 'refused')
    expect(client.status.refusal).toMatchObject({ code: 'protocol-version', message: expect.stringMatching(/99/) })
  })
})

test('a server that is not there is found once it is', async () => {
  world = await World.open()
  world.proxy.isDown = true
  const client = await world.client()
  const handle = client.mutate.add({ name: 'Food' })
  await until(() => client.status.connection === 'offline')
  world.proxy.isDown = false
  expect(await handle.confirmed).toMatchObject({ ok: true })
  await until(() => isSettled(client))
})
