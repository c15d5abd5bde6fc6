import { writeFileSync } from 'node:fs'
import { defineSchema } from '@savepoint/core'
import { openBetterSqlite3 } from '@savepoint/sqlite/better-sqlite3'
import { describe, expect, test } from 'vitest'
import { EmbeddedLog } from '../log/embedded-log.ts'
import { roomFile, roomPaths } from '../node/room-files.ts'
import { Line } from '../testing/line.ts'
import { openRooms } from '../testing/open-rooms.ts'
import { shopMutators, shopSchema } from '../testing/shop.ts'
import { TestClient } from '../testing/test-client.ts'
import { TestWorld } from '../testing/test-world.ts'
import { describeRoomHost } from './room-host.contract.ts'
import { ROOM_IDLE_MS, Rooms } from './rooms.ts'

describeRoomHost('rooms in this thread', async ({ directory, ...options }) => {
  const { rooms: host, events } = openRooms(directory, shopSchema, options)
  return { host, events }
})

describe('a room', () => {
  test('is opened once, whoever asks at the same time', async () => {
    const { rooms } = openRooms()
    const [a, b] = await Promise.all([rooms.get('one'), rooms.get('one')])
    expect(a).toBe(b)
    expect(await rooms.get('two')).not.toBe(a)
  })

  test('is closed when idle, and not while somebody is connected; then opened again with what it had', async () => {
    const { rooms, world } = openRooms()
    const room = await rooms.get('one')
    const client = await TestClient.fresh(Line.inProcess(room), room.position.epoch)
    await client.call('addItem', { title: 'tea' })
    world.advance(ROOM_IDLE_MS)
    await rooms.sweep()
    expect(rooms.openCount).toBe(1)
    client.line.hangUp()
    await rooms.sweep()
    expect(rooms.openCount).toBe(1)
    world.advance(ROOM_IDLE_MS)
    await rooms.sweep()
    expect(rooms.openCount).toBe(0)
    const again = await rooms.get('one')
    expect(again).not.toBe(room)
    expect(again.position).toEqual(room.position)
  })

  test('[G10] is one of so many; one more is refused, until another is closed', async () => {
    const { rooms, world } = openRooms(undefined, shopSchema, { roomsOpenMax: 2 })
    await Promise.all([rooms.get('one'), rooms.get('two')])
    await expect(rooms.get('three')).rejects.toMatchObject({ code: 'overloaded', message: expect.stringContaining('2 rooms open') })
    world.advance(ROOM_IDLE_MS)
    await rooms.sweep()
    expect((await rooms.get('three')).position.version).toBe(0)
  })

  test.each(['', 'a/b', '../x', '..', 'ä', 'a b', 'x'.repeat(129), '%2e'])('is not named %j', async (name) => {
    await expect(openRooms().rooms.get(name)).rejects.toMatchObject({ code: 'bad-room' })
  })

  test.each(['a', 'x'.repeat(128), 'a.b-c_d~e:f', '...'])('may be named %j', async (name) => {
    expect((await openRooms().rooms.get(name)).name).toBe(name)
  })

  test('of another schema is left alone, with a message that names both', async () => {
    const { rooms, directory } = openRooms()
    const { position } = await rooms.get('one')
    await rooms.close()
    const other = openRooms(directory, defineSchema({ name: 'shop', version: 2, sql: 'CREATE TABLE t (id INTEGER PRIMARY KEY)' }))
    await expect(other.rooms.get('one')).rejects.toMatchObject({
      code: 'schema-mismatch',
      message: expect.stringMatching(/"shop" version 1 .*"shop" version 2/),
    })
    expect((await openRooms(directory).rooms.get('one')).position).toEqual(position)
  })

  test("of another name's file is refused", async () => {
    const { rooms, directory } = openRooms()
    await rooms.get('one')
    await rooms.close()
    const misplaced = new Rooms({
      schema: shopSchema,
      mutators: shopMutators,
      storageOf: () => roomFile(roomPaths(directory, 'one').database, openBetterSqlite3),
      openLog: (writer, reader) => new EmbeddedLog(writer, reader),
      world: new TestWorld(),
      onEvent: () => {},
    })
    await expect(misplaced.get('two')).rejects.toMatchObject({ code: 'bad-room' })
  })
})

describe('[G9] a room that is broken', () => {
  test('bothers no other, and tells no more than that it is unavailable', async () => {
    const { rooms, events, directory } = openRooms()
    await rooms.get('broken')
    await rooms.close()
    writeFileSync(roomPaths(directory, 'broken').database, 'this is no database')
    const { rooms: again, events: told } = openRooms(directory)
    await expect(again.get('broken')).rejects.toMatchObject({ code: 'unavailable' })
    const room = await again.get('fine')
    const client = await TestClient.fresh(Line.inProcess(room), room.position.epoch)
    expect(await client.call('addItem', { title: 'tea' })).toMatchObject({ ok: true })
    expect(told).toContainEqual(expect.objectContaining({ event: 'room-failed', room: 'broken' }))
    expect(events.map(({ event }) => event)).toEqual(['room-opened', 'room-closed'])
  })
})

describe('[G9] a busy room', () => {
  test('lets another have its turn between batches', async () => {
    const { rooms } = openRooms()
    const [busy, quiet] = [await rooms.get('busy'), await rooms.get('quiet')]
    const [hog, guest] = [
      await TestClient.fresh(Line.inProcess(busy), busy.position.epoch, 'hog'),
      await TestClient.fresh(Line.inProcess(quiet), quiet.position.epoch, 'guest'),
    ]
    for (let i = 0; i < 8; i++) hog.push(...Array.from({ length: 1000 }, (_, j) => hog.mutation('addItem', { title: `${i}/${j}` })))
    await guest.call('addItem', { title: 'tea' })
    expect(busy.position.version).toBeLessThan(4000)
    await hog.reach(8000)
  })
})
