import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { defineSchema } from '@savepoint/core'
import { openBetterSqlite3 } from '@savepoint/sqlite/better-sqlite3'
import { expect, test } from 'vitest'
import { join as joinServer, start } from '../testing/start.ts'
import { temporaryDirectory } from '../testing/temporary-directory.ts'
import { readBackups } from './read-backups.ts'
import { restore } from './restore.ts'
import { ShopBackups } from './shop-backups.contract.ts'

const MINUTE = 60_000

/** Items a to f, a minute after each other, with a backup after the second and after the last. */
async function sixItems(options: Parameters<ShopBackups['start']>[0] = {}): Promise<ShopBackups> {
  const shop = new ShopBackups()
  const client = await shop.start(options)
  for (const title of ['a', 'b', 'c', 'd', 'e', 'f']) {
    shop.now += MINUTE
    await client.call('addItem', { title, stock: 1 })
    if (title === 'b') await shop.backUp()
  }
  shop.now += MINUTE
  await shop.backUp()
  await shop.server?.close()
  return shop
}

const start0 = Date.UTC(2026, 10, 27)

test('the newest backup, in an empty directory: same rows, same clients and history, new epoch', async () => {
  const shop = await sixItems()
  const directory = temporaryDirectory()
  const [restored] = await shop.restore({ directory })
  expect(restored).toMatchObject({ room: 'shop', version: 6, epoch: 'restored-1', log: null })
  expect(shop.titles(directory)).toEqual(['a', 'b', 'c', 'd', 'e', 'f'])
  const kept = (sql: string) => expect(shop.sql(sql, shop.path(directory)), sql).toEqual(shop.sql(sql))
  for (const table of ['_savepoint_clients', '_savepoint_log', 'items', 'sqlite_sequence']) kept(`SELECT * FROM ${table}`)
  kept("SELECT * FROM _savepoint_meta WHERE key != 'epoch'")
  expect(readdirSync(dirname(shop.path(directory)))).toEqual(['room.db'])
  expect(await shop.verify(directory)).toMatchObject({ version: 6, problems: [] })
})

test.each<[string, Parameters<typeof expected>[0], { version: number } | { time: number }]>([
  ['a version after a backup', 'abcd', { version: 4 }],
  ['the version of a backup', 'ab', { version: 2 }],
  ['a version before all backups, from the start', 'a', { version: 1 }],
  ['the very start', '', { version: 0 }],
  ['a time between two commits', 'abc', { time: start0 + 3.5 * MINUTE }],
  ['the time of a commit', 'abcde', { time: start0 + 5 * MINUTE }],
  ['a time before all', '', { time: start0 }],
])('%s', async (_, titles, point) => {
  const shop = await sixItems()
  const directory = temporaryDirectory()
  const [restored] = await shop.restore({ directory, point })
  expect(restored?.version).toBe(titles.length)
  expect(shop.titles(directory)).toEqual(expected(titles))
  expect(await shop.verify(directory)).toMatchObject({ version: titles.length, replayedFrom: 0, problems: [] })
  // It is as good a room as any: full-text search, triggers and the client that wrote it go on.
  const server = await start({ directory })
  const client = await joinServer(server)
  client.issued = titles.length
  expect(await client.call('addItem', { title: 'new', stock: 1 })).toMatchObject({ ok: true })
  expect(client.query("SELECT title FROM search WHERE search MATCH 'new'")).toEqual([{ title: 'new' }])
})

function expected(titles: string): string[] {
  return [...titles]
}

test('the middle of a batch', async () => {
  const shop = new ShopBackups()
  const client = await shop.start()
  client.push(...['a', 'b', 'c'].map((title) => client.mutation('addItem', { title })))
  await client.outcome(3)
  await shop.backUp()
  expect(shop.sql("SELECT version FROM _savepoint_log WHERE digest != ''")).toEqual([{ version: 3 }])
  const directory = temporaryDirectory()
  await shop.restore({ directory, point: { version: 2 } })
  expect(shop.titles(directory)).toEqual(['a', 'b'])
  expect(await shop.verify(directory)).toMatchObject({ version: 2, problems: [] })
})

test('a log that was cut: from the backup before it, or not at all', async () => {
  const shop = await sixItems({ retention: { versions: 2 } })
  expect(readBackups(shop.out).map(({ version, floor }) => [version, floor])).toEqual([
    [2, 0],
    [6, 4],
  ])
  const directory = temporaryDirectory()
  await expect(shop.restore({ directory, point: { version: 5 } })).rejects.toThrow(
    'the log of the backup of 2026-11-27T00:07:00.000Z begins after version 4, and the backup before it is at version 2',
  )
  expect(readdirSync(directory)).not.toContain('room.db')
  expect(await shop.restore({ directory, point: { version: 2 } })).toHaveLength(1)
})

test('a room that is there is not overwritten, and with force it is put aside, whole', async () => {
  const shop = await sixItems()
  await expect(shop.restore({ point: { version: 3 } })).rejects.toMatchObject({ code: 'room-exists' })
  expect(shop.titles()).toHaveLength(6)
  const [restored] = await shop.restore({ room: 'shop', point: { version: 3 }, force: true })
  expect(shop.titles()).toEqual(['a', 'b', 'c'])
  expect(shop.sql('SELECT count(*) AS n FROM items', restored?.aside)).toEqual([{ n: 6 }])
  expect(readdirSync(dirname(shop.path())).filter((name) => name.includes('restoring'))).toEqual([])
})

test('what a killed server has left in its write-ahead log is put aside with its room', async () => {
  const shop = await sixItems()
  // A connection that is never closed, as of a process that was killed.

  const left = openBetterSqlite3(shop.path())
  left.exec("INSERT INTO items (id, title) VALUES ('x', 'in the log')")
  expect(existsSync(`${shop.path()}-wal`)).toBe(true)
  const [restored] = await shop.restore({ point: { version: 1 }, force: true })
  left.close()
  expect(shop.sql("SELECT title FROM items WHERE id = 'x'", restored?.aside)).toEqual([{ title: 'in the log' }])
  expect(shop.titles()).toEqual(['a'])
})

test('a damaged file that is in the way is put aside as it is', async () => {
  const shop = await sixItems()
  writeFileSync(shop.path(), 'no database')
  const [restored] = await shop.restore({ force: true })
  expect(shop.titles()).toHaveLength(6)
  expect(readFileSync(restored?.aside ?? '', 'utf8')).toBe('no database')
})

test('a server that runs is in the way', async () => {
  const shop = new ShopBackups()
  const client = await shop.start()
  await client.call('addItem', { title: 'tea' })
  await shop.backUp()
  await expect(shop.restore({ force: true })).rejects.toThrow('Another server uses the directory')
  expect(await client.call('addItem', { title: 'milk' })).toMatchObject({ ok: true })
})

test('a backup that was changed since is refused, before anything is touched', async () => {
  const shop = await sixItems()
  const copy = readBackups(shop.out).at(-1)
  shop.sql("UPDATE items SET stock = 9 WHERE title = 'a'", copy?.path)
  await expect(shop.restore({ force: true })).rejects.toMatchObject({
    code: 'damaged',
    message: expect.stringContaining('is not as it was backed up'),
  })
  expect(shop.titles()).toHaveLength(6)
  expect(readdirSync(dirname(shop.path()))).not.toContainEqual(expect.stringMatching(/restoring|replaced/))
  // A single backup can be named, and is then the only one.
  const older = join(shop.out, readdirSync(shop.out).sort()[0] as string)
  expect(await shop.restore({ from: older, force: true })).toMatchObject([{ version: 2 }])
})

test('rooms of another schema, and rooms that nobody has backed up', async () => {
  const shop = await sixItems()

  const schema = defineSchema({ name: 'shop', version: 2, sql: 'CREATE TABLE t (id INTEGER PRIMARY KEY)' })

  const base = { from: shop.out, directory: temporaryDirectory(), force: false, now: () => 0, id: () => 'e' }
  await expect(restore({ ...base, schema })).rejects.toThrow('backed up with the schema "shop" version 1, and the app has "shop" version 2')
  await expect(shop.restore({ room: 'nowhere' })).rejects.toMatchObject({ code: 'no-room' })
})
