import type { Transport } from '@savepoint/client'
import { Client, type ReplicaStorage } from '@savepoint/client'
import { createClient, nodeScheduler } from '@savepoint/client/node'
import { type Driver, SqliteError } from '@savepoint/sqlite'
import { openBetterSqlite3 } from '@savepoint/sqlite/better-sqlite3'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { mutators, schema } from './shop.contract.ts'
import { isSettled, until, World } from './world.contract.ts'

let world: World

beforeEach(async () => {
  world = await World.open()
})
afterEach(() => world.close())

/** A client whose databases the test can reach. */
async function open() {
  const transports: Transport[] = []
  const carrier = await createClient({
    schema,
    mutators,
    url: world.proxy.url,
    room: 'room',
    autoStart: false,
    wrapTransport: (transport) => {
      transports.push(transport)
      return transport
    },
  })
  await carrier.close()
  const bases: Driver[] = []
  let isFull = false
  const storage: ReplicaStorage = {
    kind: 'memory',
    openPending: () => {
      const driver = openBetterSqlite3(':memory:')
      const commit = () => {
        if (!isFull) return driver.exec('COMMIT')
        driver.exec('ROLLBACK')
        throw new SqliteError('SQLITE_FULL', 'database or disk is full')
      }
      const prepare = (sql: string) => (sql === 'COMMIT' ? { run: commit } : driver.prepare(sql))
      return new Proxy(driver, { get: (target, key) => (key === 'prepare' ? prepare : bound(target, key as keyof Driver)) })
    },
    openBase: (_generation, bytes) => {
      const driver = openBetterSqlite3(':memory:', bytes instanceof Uint8Array ? { bytes } : {})
      bases.push(driver)
      return driver
    },
    keepOnly() {},
  }
  const errors: unknown[] = []
  const onEvent = (event: { type: string; error?: unknown }) => event.type === 'failed' && errors.push(event.error)
  const [transport] = transports as [Transport]
  const client = new Client({ schema, mutators, storage, transport, scheduler: nodeScheduler, onEvent })
  client.start()
  await until(() => isSettled(client))
  return { client, errors, base: () => bases.at(-1) as Driver, fill: (full: boolean) => (isFull = full) }
}

function bound(driver: Driver, key: keyof Driver): unknown {
  const value = driver[key]
  return typeof value === 'function' ? value.bind(driver) : value
}

describe('[G3] a base that is not the room’s content', () => {
  test.each([
    ['a row that is other', "UPDATE items SET n = 99 WHERE name = 'Food'"],
    ['a row that is missing', "DELETE FROM items WHERE name = 'Food'"],
    ['a row in the way of one that comes', "INSERT INTO items (name, n, label) VALUES ('stray', 5, 'x')"],
  ])('%s is found by the poke that touches it; what is pending is kept, and a snapshot mends it', async (_, tamper) => {
    const { client, errors, base } = await open()
    const other = await world.client()
    await other.mutate.add({ name: 'Food', by: 4 }).confirmed
    await other.mutate.insert({ name: 'Rent', label: 'x' }).confirmed
    await world.converged(client, other)
    base().exec('PRAGMA foreign_keys = ON')
    base().exec(tamper)
    other.stop()
    const foreign = other.mutate.add({ name: 'Food' })
    const label = other.mutate.add({ name: 'Rent', by: 5 })
    client.stop()
    const pending = client.mutate.add({ name: 'Mine', by: 7 })
    other.start()
    await foreign.confirmed
    await label.confirmed
    client.start()
    expect(await pending.confirmed).toMatchObject({ ok: true, value: 7 })
    await world.converged(client, other)
    expect(errors).toMatchObject([{ name: 'Diverged' }])
    expect(await client.query('SELECT name, n FROM items ORDER BY name')).toEqual([
      { name: 'Food', n: 5 },
      { name: 'Mine', n: 7 },
      { name: 'Rent', n: 5 },
    ])
    client.stop()
  })
})

test('[G5] a full disk: the mutation runs, says that it is not durable, and is sent; afterwards all is well', async () => {
  const { client, fill } = await open()
  fill(true)
  const handles = [client.mutate.call({ who: 'me', number: 1 }), client.mutate.call({ who: 'me', number: 2 })]
  for (const { durable } of handles)
    await expect(durable).rejects.toMatchObject({ code: 'SQLITE_FULL', message: expect.stringMatching(/full/) })
  for (const { confirmed } of handles) expect(await confirmed).toMatchObject({ ok: true, diverged: false })
  fill(false)
  const next = client.mutate.call({ who: 'me', number: 3 })
  await next.durable
  expect(await next.confirmed).toMatchObject({ ok: true })
  await world.converged(client)
  expect(world.server().rows('SELECT number FROM calls ORDER BY id')).toEqual([{ number: 1 }, { number: 2 }, { number: 3 }])
  expect(client.mutations().map(({ status }) => status)).toEqual(['confirmed', 'confirmed', 'confirmed'])
  client.stop()
})

test('full-text search follows what others write', async () => {
  const [one, two] = [await world.client(), await world.client()]
  const search = two.live<{ rowid: number }>('SELECT rowid FROM search WHERE search MATCH ?', ['milk'])
  const seen: number[][] = []
  search.subscribe(() => seen.push(search.rows.map(({ rowid }) => rowid)))
  await one.mutate.note({ id: 1, text: 'milk and bread' }).confirmed
  await one.mutate.note({ id: 2, text: 'beer' }).confirmed
  await world.converged(one, two)
  expect(search.rows).toEqual([{ rowid: 1 }])
  const mine = two.mutate.note({ id: 3, text: 'more milk' })
  expect(await two.query('SELECT rowid FROM search WHERE search MATCH ?', ['milk'])).toEqual([{ rowid: 1 }, { rowid: 3 }])
  await one.mutate.note({ id: 1, text: 'bread only' }).confirmed
  await mine.confirmed
  await world.converged(one, two)
  expect(search.rows).toEqual([{ rowid: 3 }])
  expect(await one.query('SELECT rowid FROM search WHERE search MATCH ?', ['milk'])).toEqual([{ rowid: 3 }])
})
