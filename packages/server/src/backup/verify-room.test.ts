import { openSync, readFileSync, statSync, writeFileSync, writeSync } from 'node:fs'
import { expect, test } from 'vitest'
import { shopSchema } from '../testing/shop.ts'
import { readBackups } from './read-backups.ts'
import { ShopBackups } from './shop-backups.contract.ts'
import { verifyBackups } from './verify-backups.ts'

/** Items a to f, and an order, with the server stopped. */
async function stoppedShop(options: Parameters<ShopBackups['start']>[0] = {}): Promise<ShopBackups> {
  const shop = new ShopBackups()
  const client = await shop.start(options)
  for (const title of ['a', 'b', 'c', 'd', 'e', 'f']) await client.call('addItem', { title, stock: 1 })
  await client.call('order', { title: 'a' })
  await client.call('order', { title: 'nothing' })
  await client.call('drop', { title: 'f' })
  await shop.server?.close()
  return shop
}

test('a sound room, also while its server is at work', async () => {
  const shop = new ShopBackups()
  const client = await shop.start()
  for (const title of ['a', 'b']) await client.call('addItem', { title })
  expect(await shop.verify()).toEqual({ room: 'shop', version: 2, digest: client.digest, clients: 1, replayedFrom: 0, problems: [] })
  expect(await client.call('addItem', { title: 'c' })).toMatchObject({ ok: true })
})

test('a room whose log was cut is compared with its net changes', async () => {
  const shop = await stoppedShop({ retention: { versions: 3 } })
  expect(await shop.verify()).toMatchObject({ version: 9, replayedFrom: null, problems: [] })
})

const CHANGED = /^The rows have digest [0-9a-f]{16}, and the room says [0-9a-f]{16}: they were changed by another hand\.$/

test.each<[string, string, (RegExp | string)[]]>([
  ['a row changed', "UPDATE items SET stock = 7 WHERE title = 'b'", [CHANGED, /^items: the row \[".*"\] is not as the log says\.$/]],
  ['a row taken out', "DELETE FROM items WHERE title = 'c'", [CHANGED, /^items: the row \[".*"\] is not as the log says\.$/]],
  ['a row put in', "INSERT INTO items (id, title) VALUES ('x', 'x')", [CHANGED]],
  [
    'a row that the log deletes put back',
    `INSERT INTO items SELECT json_extract(changes, '$[0][1][0][0]'), 'f', 1 FROM _savepoint_log WHERE changes LIKE '%"f"%'`,
    [CHANGED, /^items: the row \[".*"\] is there, and the log deletes it\.$/],
  ],
  [
    'a counter of AUTOINCREMENT changed',
    "UPDATE sqlite_sequence SET seq = 9 WHERE name = 'orders'",
    [CHANGED, 'sqlite_sequence: the row ["orders"] is not as the log says.'],
  ],
  [
    'the digest changed',
    "UPDATE _savepoint_meta SET value = '0123456789abcdef' WHERE key = 'digest'",
    [/^The log ends with digest [0-9a-f]{16}, and the room says 0123456789abcdef\.$/, /^The rows have digest/],
  ],
  [
    'the version changed',
    "UPDATE _savepoint_meta SET value = '8' WHERE key = 'version'",
    ['The log goes on to version 9, and the room is at 8.'],
  ],
  [
    'the last entry taken out',
    'DELETE FROM _savepoint_log WHERE version = 9',
    [
      'The log ends at version 8, and the room is at 9.',
      /^The client client-1 is at mutation 9 \(version 9\), and the log has its mutation 8 \(version 8\) last\.$/,
    ],
  ],
  ['an entry taken out', 'DELETE FROM _savepoint_log WHERE version = 3', ['The log lacks version 3.']],
  ['entries taken out', 'DELETE FROM _savepoint_log WHERE version IN (3, 4)', ['The log lacks versions 3 to 4.']],
  [
    'changes cut off',
    "UPDATE _savepoint_log SET changes = '[[' WHERE version = 3",
    [/^Version 3 of the log has changes that cannot be read: /],
  ],
  [
    'an outcome cut off',
    "UPDATE _savepoint_log SET outcome = '{' WHERE version = 3",
    [/^Version 3 of the log has outcome that cannot be read: /],
  ],
  [
    'an entry changed in the middle, so that what follows still leads to the rows',
    'UPDATE _savepoint_log SET changes = replace(changes, \'"f"\', \'"g"\') WHERE version = 6',
    [/^The log is damaged: versions 6 to 6 do not lead on from version 5: .*digest/],
  ],
  ['a client forgotten', 'DELETE FROM _savepoint_clients', ['The client client-1 is in the log, and the room has no record of it.']],
  [
    'a client set back',
    'UPDATE _savepoint_clients SET lastMutationID = 8',
    [/^The client client-1 is at mutation 8 \(version 9\), and the log has its mutation 9/],
  ],
  [
    'an order of no item',
    "UPDATE orders SET item = 'nothing'",
    ['A row of orders (rowid 1) refers to a row of items that is not there.', CHANGED, /^orders: the row \[1\] is not/],
  ],
  [
    'another room’s file',
    "UPDATE _savepoint_meta SET value = 'market' WHERE key = 'room'",
    [/^The file found for room "shop" is another room's/],
  ],
  ['a later format', "UPDATE _savepoint_meta SET value = '9' WHERE key = 'format'", [/^The room's file has format 9/]],
])('%s by hand', async (_, sql, problems) => {
  const shop = await stoppedShop()
  shop.sql(sql)
  const found = await shop.verify()
  expect(found.problems).toEqual(problems.map((problem) => (typeof problem === 'string' ? problem : expect.stringMatching(problem))))
})

test('a row changed where the log was cut', async () => {
  const shop = await stoppedShop({ retention: { versions: 3 } })
  shop.sql('UPDATE totals SET orders = 5')
  expect((await shop.verify()).problems).toEqual([
    expect.stringMatching(CHANGED),
    expect.stringMatching(/^totals: the row \[".*"\] is not as the log says/),
  ])
})

test('a page of the file overwritten', async () => {
  const shop = await stoppedShop()
  const file = openSync(shop.path(), 'r+')
  writeSync(file, Buffer.alloc(4096, 0xa5), 0, 4096, 4096 * 3)
  const { problems } = await shop.verify()
  expect(problems[0]).toMatch(/^SQLite finds damage: /)
})

test('a file cut short, and one that is no database', async () => {
  const shop = await stoppedShop()
  const bytes = readFileSync(shop.path())
  writeFileSync(shop.path(), bytes.subarray(0, statSync(shop.path()).size / 2))
  expect((await shop.verify()).problems).not.toEqual([])
  writeFileSync(shop.path(), 'no database')
  expect((await shop.verify()).problems).toEqual([expect.stringMatching(/^The file cannot be read: /)])
})

test('backups: every copy, replayed from an older one where the log was cut', async () => {
  const shop = new ShopBackups()
  const client = await shop.start({ retention: { versions: 2 } })
  for (const title of ['a', 'b', 'c']) {
    await client.call('addItem', { title })
    shop.now++
    await shop.backUp()
  }
  for (const title of ['d', 'e']) await client.call('addItem', { title })
  shop.now++
  await shop.backUp()
  const verify = async () => {
    const found = []
    for await (const findings of verifyBackups(shop.out, undefined, shopSchema)) found.push(findings)
    return found
  }
  expect((await verify()).map(({ version, replayedFrom, problems }) => ({ version, replayedFrom, problems }))).toEqual([
    { version: 1, replayedFrom: 0, problems: [] },
    { version: 2, replayedFrom: 0, problems: [] },
    { version: 3, replayedFrom: 0, problems: [] },
    { version: 5, replayedFrom: 3, problems: [] },
  ])
  const copy = readBackups(shop.out)[1]?.path ?? ''
  shop.sql("UPDATE items SET stock = 9 WHERE title = 'a'", copy)
  expect((await verify())[1]?.problems).toEqual([
    expect.stringMatching(/is not as it was written/),
    expect.stringMatching(CHANGED),
    expect.stringMatching(/^items: /),
  ])
  await expect(verifyBackups(shop.out, 'nowhere', shopSchema).next()).rejects.toMatchObject({ code: 'no-room' })
})
