import { SyncedDatabase } from '@savepoint/sqlite'
import { openBetterSqlite3 } from '@savepoint/sqlite/better-sqlite3'
import { expect, test } from 'vitest'
import { openTestRoom } from '../testing/open-room.ts'
import { shopMutators, shopSchema } from '../testing/shop.ts'
import { InlineSnapshots } from './inline-snapshots.ts'
import { type SnapshotFile, snapshotTag } from './snapshots.ts'
import { writeSnapshot } from './write-snapshot.ts'

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
  const { room, path, client } = await openTestRoom()
  const someone = await client()
  await someone.call('addItem', { title: 'green tea' })
  const { snapshots, written } = snapshotsOf(path)
  const file = await snapshots.current(room)
  expect(file.position).toEqual(room.position)
  const image = await bytesOf(file)
  expect([file.encoding, file.contentSize]).toEqual([null, image.length])
  const copy = SyncedDatabase.open(openBetterSqlite3(':memory:', { bytes: image }), shopSchema, shopMutators)
  expect(copy.scanDigest().toString()).toBe(room.position.digest)
  copy.close()
  await someone.call('addItem', { title: 'black tea' })
  expect((await snapshots.current(room)).position.version).toBe(file.position.version)
  expect(written()).toBe(1)
})

test('a download that broke off goes on with the snapshot of its tag, also when a newer one is there', async () => {
  const { room, path, client } = await openTestRoom()
  const someone = await client()
  const { snapshots, written } = snapshotsOf(path)
  const first = await snapshots.current(room)
  // More than a short poke tells.
  await someone.call('addMany', { count: 3000, length: 100 })
  const second = await snapshots.current(room)
  expect([written(), second.position.version]).toEqual([2, room.position.version])
  const whole = await bytesOf(first)
  const kept = await snapshots.kept(room, snapshotTag(first.position))
  expect(kept && (await bytesOf(kept, 100))).toEqual(whole.subarray(100))
  expect(await snapshots.kept(room, 'another.7')).toBeNull()
})
