import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { roomPaths } from '../node/room-files.ts'
import { parseManifest } from './manifest.ts'
import { readBackups } from './read-backups.ts'
import { ShopBackups } from './shop-backups.contract.ts'

test('a backup of all rooms, while their server is at work, is a directory named by its time', async () => {
  const shop = new ShopBackups()
  const client = await shop.start()
  await client.call('addItem', { title: 'tea', stock: 5 })
  await client.call('order', { title: 'tea' })
  await fetch(`${shop.server?.url}/rooms/other/changes?since=0`)
  const { path, manifest, problems } = await shop.backUp()
  expect(problems).toEqual([])
  expect(path).toBe(join(shop.out, '2026-11-27T00-00-00.000Z'))
  expect(manifest.rooms.map(({ room, version }) => ({ room, version })).sort((a, b) => a.version - b.version)).toEqual([
    { room: 'other', version: 0 },
    { room: 'shop', version: 2 },
  ])
  expect(parseManifest(readFileSync(join(path, 'manifest.json'), 'utf8'))).toEqual(manifest)
  expect(manifest.rooms.find(({ room }) => room === 'shop')).toMatchObject({ epoch: client.base?.epoch, digest: client.digest, floor: 0 })
  // The server goes on, and the copy does not.
  await client.call('addItem', { title: 'milk' })
  const copy = readBackups(shop.out).find(({ room }) => room === 'shop')
  expect(shop.sql('SELECT title FROM items', copy?.path)).toEqual([{ title: 'tea' }])
})

test('a copy that is made under load is of one moment', async () => {
  const shop = new ShopBackups()
  const client = await shop.start()
  await client.call('addItem', { title: 'first' })
  let done = false
  const load = (async () => {
    for (let i = 0; !done; i++) await client.call('addItem', { title: `item ${i}` })
  })()
  for (let i = 0; i < 5; i++) {
    shop.now++
    await shop.backUp()
  }
  done = true
  await load
  const copies = readBackups(shop.out)
  expect(copies).toHaveLength(5)
  for (const { path, version } of copies) {
    expect(shop.sql('SELECT count(*) AS n FROM items', path)).toEqual([{ n: version }])
    expect(shop.sql('SELECT max(version) AS n FROM _savepoint_log', path)).toEqual([{ n: version }])
  }
  expect(new Set(copies.map(({ version }) => version)).size).toBeGreaterThan(1)
})

test('an interrupted backup is never taken for whole, and cleared away by the next', async () => {
  const shop = new ShopBackups()
  const client = await shop.start()
  await client.call('addItem', { title: 'tea' })
  const interrupted = join(shop.out, '2026-11-26T00-00-00.000Z.unfinished')
  mkdirSync(join(interrupted, 'rooms'), { recursive: true })
  expect(() => readBackups(shop.out)).toThrow('There is no backup in')
  // Even if it had got as far as its manifest.
  writeFileSync(join(interrupted, 'manifest.json'), '{"format":1,"createdAt":"2026-11-26T00:00:00.000Z","rooms":[]}')
  expect(() => readBackups(shop.out)).toThrow('There is no backup in')
  await shop.backUp()
  expect(readdirSync(shop.out).sort()).toEqual(['2026-11-27T00-00-00.000Z', 'backup.lock'])
})

test('what others keep beside backups is left alone, whatever it is called', async () => {
  const shop = new ShopBackups()
  await shop.start()
  mkdirSync(shop.out, { recursive: true })
  writeFileSync(join(shop.out, 'novel.unfinished'), 'Chapter one')
  await shop.backUp()
  expect(readFileSync(join(shop.out, 'novel.unfinished'), 'utf8')).toBe('Chapter one')
})

test('two backups at once into one directory: the second is told to wait', async () => {
  const shop = new ShopBackups()
  await shop.start()
  const results = await Promise.allSettled([shop.backUp(), shop.backUp()])
  expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  expect(results.find(({ status }) => status === 'rejected')).toMatchObject({
    reason: { message: expect.stringContaining('Another backup') },
  })
})

test('a damaged room is left out and told of, and the others are backed up', async () => {
  const shop = new ShopBackups()
  const client = await shop.start()
  await client.call('addItem', { title: 'tea' })
  await shop.server?.close()
  for (const [room, content] of [
    ['torn', 'no database'.repeat(1000)],
    ['another', readFileSync(shop.path())],
  ] as const) {
    const path = roomPaths(shop.directory, room).database
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, content)
  }
  const { manifest, problems } = await shop.backUp()
  expect(manifest.rooms.map(({ room }) => room)).toEqual(['shop'])
  const why = problems.map((problem) => /^A room is not in the backup: .*room\.db cannot be copied: (.*)$/.exec(problem)?.[1])
  expect(why.sort()).toEqual(['file is not a database', `it is the file of the room "shop", in another's place`])
})

test('one room alone, and one that is not there', async () => {
  const shop = new ShopBackups()
  const client = await shop.start()
  await client.call('addItem', { title: 'tea' })
  await fetch(`${shop.server?.url}/rooms/other/changes?since=0`)
  expect((await shop.backUp('shop')).manifest.rooms.map(({ room }) => room)).toEqual(['shop'])
  await expect(shop.backUp('nowhere')).rejects.toMatchObject({ code: 'no-room' })
})
