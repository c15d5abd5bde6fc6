import { SyncedDatabase } from '@savepoint/sqlite'
import { openBetterSqlite3 } from '@savepoint/sqlite/better-sqlite3'
import { expect, test } from 'vitest'
import { roomPaths } from '../node/room-files.ts'
import { Line } from '../testing/line.ts'
import { openRooms } from '../testing/open-rooms.ts'
import { shopMutators, shopSchema } from '../testing/shop.ts'
import { TestClient } from '../testing/test-client.ts'
import { InlineSnapshots } from './inline-snapshots.ts'
import { type SnapshotFile, snapshotTag } from './snapshots.ts'
import { writeSnapshot } from './write-snapshot.ts'

async function openShop() {
  const { rooms, directory } = openRooms()
  const { epoch } = await rooms.position('shop')
  const someone = await TestClient.fresh(await Line.intoHost(rooms, 'shop'), epoch)
  return { rooms, someone, ...snapshotsOf(roomPaths(directory, 'shop').database) }
}

function snapshotsOf(path: string) {
  let written = 0
  const snapshots = new InlineSnapshots(() => {
    written++
    const target = openBetterSqlite3(':memory:', { shadowWrites: true })
    try {
      const position = writeSnapshot(target, path)
      return { position, image: target.serialize() }
    } finally {
      target.close()
    }
  })
  return { snapshots, written: () => written }
}

async function bytesOf(file: SnapshotFile, start = 0, end = file.size): Promise<Uint8Array> {
  return new Uint8Array(await new Response(file.read(start, end)).arrayBuffer())
}

test('a snapshot holds what is committed, at its position, and is served again while the room is near', async () => {
  const { rooms, someone, snapshots, written } = await openShop()
  await someone.call('addItem', { title: 'green tea' })
  const file = await snapshots.current(rooms, 'shop')
  expect(file.position).toEqual(await rooms.position('shop'))
  const image = await bytesOf(file)
  expect([file.encoding, file.contentSize]).toEqual([null, image.length])
  const copy = SyncedDatabase.open(openBetterSqlite3(':memory:', { bytes: image }), shopSchema, shopMutators)
  expect(copy.scanDigest().toString()).toBe((await rooms.position('shop')).digest)
  copy.close()
  await someone.call('addItem', { title: 'black tea' })
  expect((await snapshots.current(rooms, 'shop')).position.version).toBe(file.position.version)
  expect(written()).toBe(1)
})

test('a download that broke off goes on with the snapshot of its tag, also when a newer one is there', async () => {
  const { rooms, someone, snapshots, written } = await openShop()
  const first = await snapshots.current(rooms, 'shop')
  // More than a short poke tells.
  await someone.call('addMany', { count: 3000, length: 100 })
  const second = await snapshots.current(rooms, 'shop')
  expect([written(), second.position.version]).toEqual([2, (await rooms.position('shop')).version])
  const whole = await bytesOf(first)
  const kept = await snapshots.kept('shop', snapshotTag(first.position))
  expect(kept && (await bytesOf(kept, 100))).toEqual(whole.subarray(100))
  expect(await snapshots.kept('shop', 'another.7')).toBeNull()
})
