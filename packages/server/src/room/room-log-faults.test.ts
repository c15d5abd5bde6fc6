import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { openBetterSqlite3 } from '@savepoint/sqlite/better-sqlite3'
import { describe, expect, onTestFinished, test } from 'vitest'
import { roomFile } from '../node/room-files.ts'
import { Line } from '../testing/line.ts'
import { openTestRoom, type TestRoom } from '../testing/open-room.ts'
import { shopMutators, shopSchema } from '../testing/shop.ts'
import { StandaloneLog } from '../testing/standalone-log.ts'
import { temporaryDirectory } from '../testing/temporary-directory.ts'
import type { TestClient } from '../testing/test-client.ts'
import { TestWorld } from '../testing/test-world.ts'
import { RoomEngine } from './room-engine.ts'

async function openWith(log: StandaloneLog, path?: string): Promise<TestRoom> {
  return await openTestRoom({ openLog: () => log.open(), ...(path === undefined ? {} : { path }) })
}

function isOfRoom({ event }: { readonly event: string }): boolean {
  return event.startsWith('room-')
}

/** Connects again once the room may be opened again, and takes in what it missed. */
async function comeBack(setting: TestRoom, client: TestClient): Promise<void> {
  setting.world.advance(1000)
  client.line = Line.inProcess(setting.room)
  await client.greet()
}

describe('[G1] [G4] an append whose answer never came', () => {
  test.each([
    ['and that had not happened', 'before' as const, 0],
    ['and that had happened', 'after' as const, 2],
  ])('%s', async (_, fault, processed) => {
    const log = new StandaloneLog()
    const setting = await openWith(log)
    const [client, watcher] = [await setting.client(), await setting.client('watcher')]
    log.faults.push(fault)
    const mutations = [client.mutation('addItem', { title: 'tea', stock: 5 }), client.mutation('order', { title: 'tea' })]
    client.push(...mutations)
    expect(await client.refusal()).toMatchObject({ code: 'unavailable' })
    expect(await watcher.refusal()).toMatchObject({ code: 'unavailable' })
    expect(client.outcomes.size).toBe(0)

    await comeBack(setting, client)
    expect(setting.room.position.version).toBe(processed)
    expect(client.outcomes.size).toBe(processed)
    client.push(...mutations)
    await client.outcome(2)
    expect(client.query('SELECT stock FROM items')).toEqual([{ stock: 4 }])
    expect(client.query('SELECT number, item FROM orders')).toHaveLength(1)
    expect(log.version).toBe(2)
    await comeBack(setting, watcher)
    expect(watcher.digest).toBe(client.digest)
  })

  test('until the wait is over, the room answers that it is unavailable', async () => {
    const log = new StandaloneLog()
    const setting = await openWith(log)
    const client = await setting.client()
    log.faults.push('before')
    client.push(client.mutation('addItem', { title: 'tea' }))
    await client.refusal()
    client.line = Line.inProcess(setting.room)
    client.sayHello()
    expect(await client.refusal()).toMatchObject({ code: 'unavailable' })
    expect(setting.events.filter(isOfRoom).map(({ event }) => event)).toEqual(['room-failed'])
    await comeBack(setting, client)
    expect(setting.events.filter(isOfRoom).map(({ event }) => event)).toEqual(['room-failed', 'room-recovered'])
  })
})

test('a room that has failed is opened anew also for who only reads, when the wait is over', async () => {
  const log = new StandaloneLog()
  const { room, world, told, client } = await openWith(log)
  const writer = await client()
  log.faults.push('before')
  writer.push(writer.mutation('addItem', { title: 'tea' }))
  await writer.refusal()
  await expect(room.changes(0)).rejects.toMatchObject({ code: 'unavailable' })
  world.advance(1000)
  await expect(room.changes(0)).rejects.toMatchObject({ code: 'unavailable' })
  await told('room-recovered')
  expect(await room.changes(0)).toMatchObject({ patch: '[]' })
})

describe('while an append is on its way', () => {
  test('[G4] nobody hears of it, and reads see what is committed; [G2] what comes meanwhile goes together in the next', async () => {
    const log = new StandaloneLog()
    const setting = await openWith(log)
    const [one, two] = [await setting.client('one'), await setting.client('two')]
    let arrive = () => {}
    let release = () => {}
    const arrived = new Promise<void>((resolve) => {
      arrive = resolve
    })
    const gate = new Promise<void>((resolve) => {
      release = resolve
    })
    log.latency = () => {
      arrive()
      return gate
    }
    one.push(one.mutation('addItem', { title: 'tea' }))
    await arrived
    two.push(two.mutation('addItem', { title: 'milk' }))
    one.push(one.mutation('restock', { title: 'tea', by: 1 }), one.mutation('restock', { title: 'milk', by: 2 }))
    expect(await setting.room.changes(0)).toEqual({ position: setting.room.position, patch: '[]' })
    const late = await setting.client('late')
    expect(late.base?.version).toBe(0)
    expect([one.line.isQuiet, two.line.isQuiet]).toEqual([true, true])
    expect(log.appends).toBe(1)
    release()
    await Promise.all([one, two, late].map((client) => client.reach(4)))
    expect(log.appends).toBe(2)
    expect(new Set([one, two, late].map(({ digest }) => digest)).size).toBe(1)
    expect(one.query('SELECT title, stock FROM items ORDER BY title')).toEqual([
      { title: 'milk', stock: 2 },
      { title: 'tea', stock: 1 },
    ])
  })
})

describe('two servers that both believe to own a room', () => {
  test('the one that claimed first appends nothing more, and takes over what the other did when it claims again', async () => {
    const log = new StandaloneLog()
    const first = await openWith(log)
    const client = await first.client()
    await client.call('addItem', { title: 'tea' })
    const second = await openWith(log)
    const other = await second.client('other')
    expect(other.digest).toBe(client.digest)
    await other.call('order', { title: 'tea' })
    await other.call('addItem', { title: 'milk' })

    client.push(client.mutation('addItem', { title: 'milk' }))
    expect(await client.refusal()).toMatchObject({ code: 'unavailable' })
    expect(log.version).toBe(3)
    await comeBack(first, client)
    expect(client.digest).toBe(other.digest)
    client.push(client.mutation('addItem', { title: 'milk' }, { mutationID: 2 }))
    expect(await client.outcome(2)).toMatchObject({ ok: false, code: 'unique' })
  })
})

describe('a lost file', () => {
  test('is made anew from the log, with what clients are known to have done', async () => {
    const log = new StandaloneLog()
    const setting = await openWith(log)
    const client = await setting.client()
    client.push(
      client.mutation('addItem', { title: 'tea', stock: 2 }),
      client.mutation('order', { title: 'tea' }),
      client.mutation('explode', { title: 'x' }),
    )
    await client.outcome(3)
    await setting.room.close()
    const again = await openWith(log)
    expect(again.room.position).toEqual({ epoch: setting.room.position.epoch, version: 3, digest: client.digest })
    client.line = Line.inProcess(again.room)
    expect(await client.greet()).toMatchObject({ lastMutationID: 3, next: 'poke' })
  })

  test('and from a snapshot and the rest of the log, if that was cut', async () => {
    const log = new StandaloneLog()
    const [path, world] = [join(temporaryDirectory(), 'room.db'), new TestWorld()]
    const storage = roomFile(path, openBetterSqlite3)
    const open = () =>
      RoomEngine.open({ name: 'shop-1', schema: shopSchema, mutators: shopMutators, storage, openLog: () => log.open(), world })
    const engine = await open()
    const sender = { connection: 1, clientID: 'c', identity: '', auth: undefined }
    const add = (mutationID: number) => ({
      sender,
      mutation: { mutationID, name: 'addItem', args: `{"json":{"title":"t${mutationID}"}}`, createdAt: 0, seed: `${mutationID}` },
    })
    await engine.commit([add(1), add(2), add(3)])
    await engine.saveSnapshot()
    await engine.commit([add(4), add(5)])
    expect(await engine.truncate(5)).toBe(3)
    const position = engine.position
    engine.close()
    for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true })

    const again = await open()
    onTestFinished(() => again.close())
    expect(again.position).toEqual(position)
    expect(again.findClient('c')).toMatchObject({ lastMutationID: 5, lastSeed: '5' })
  })

  test('the room gives the log snapshots as it wants them, and goes on if one fails', async () => {
    const log = new StandaloneLog()
    log.snapshotEvery = 2
    const path = join(temporaryDirectory(), 'room.db')
    const setting = await openWith(log, path)
    expect(setting.room.isNew).toBe(true)
    const client = await setting.client()
    await client.call('addItem', { title: 'tea', stock: 5 })
    expect(log.saved).toBeNull()
    await client.call('order', { title: 'tea' })
    log.refusesSnapshot = true
    await client.call('order', { title: 'tea' })
    expect(log.saved?.version).toBe(2)
    await client.call('order', { title: 'tea' })
    await client.call('order', { title: 'tea' })
    await setting.room.close()
    expect(setting.events).toContainEqual(expect.objectContaining({ event: 'snapshot-failed', room: 'shop-1' }))
    expect(log.saved?.version).toBe(5)
    log.entries = []
    log.floor = 5
    for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true })
    const again = await openTestRoom({ openLog: () => log.open(), path, world: setting.world })
    expect(again.room.position).toEqual({ epoch: setting.room.position.epoch, version: 5, digest: client.digest })
    expect(again.room.isNew).toBe(false)
  })
})
