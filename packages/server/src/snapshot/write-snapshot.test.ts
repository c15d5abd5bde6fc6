import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { defineMutators, defineSchema } from '@savepoint/core'
import { type Driver, SyncedDatabase } from '@savepoint/sqlite'
import { openBetterSqlite3 } from '@savepoint/sqlite/better-sqlite3'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openTestRoom, type TestRoom } from '../testing/open-room.ts'
import { shopMutators, shopSchema } from '../testing/shop.ts'
import { temporaryDirectory } from '../testing/temporary-directory.ts'
import { writeSnapshot } from './write-snapshot.ts'

const SECRET = 'a note that only its writer and the log have seen'

async function stockedRoom(): Promise<TestRoom> {
  const setting = await openTestRoom()
  const client = await setting.client()
  client.push(
    client.mutation('addItem', { title: 'green tea', stock: 9 }),
    client.mutation('addItem', { title: 'black tea', stock: 9 }),
    client.mutation('order', { title: 'green tea', note: 'first' }),
    client.mutation('addItem', { title: SECRET }),
    client.mutation('drop', { title: SECRET }),
    client.mutation('addMany', { count: 500, length: 100 }),
  )
  await client.outcome(6)
  return setting
}

function snapshotOf(room: string): { path: string; position: ReturnType<typeof writeSnapshot> } {
  const path = join(temporaryDirectory(), 'snapshot.db')
  const target = openBetterSqlite3(path, { shadowWrites: true })
  try {
    return { path, position: writeSnapshot(target, room) }
  } finally {
    target.close()
  }
}

function open(path: string): Driver {
  const driver = openBetterSqlite3(path)
  onTestFinished(() => driver.close())
  return driver
}

function all(driver: Driver, sql: string): unknown[] {
  return driver.prepare(sql).all()
}

describe('a snapshot', () => {
  test('has the content of the room, and all objects of the app', async () => {
    const { room, path: roomPath } = await stockedRoom()
    const { path, position } = snapshotOf(roomPath)
    expect(position).toEqual(room.position)
    const driver = open(path)
    const synced = SyncedDatabase.open(driver, shopSchema, shopMutators)
    expect(synced.scanDigest().toString()).toBe(room.position.digest)
    const objects = (from: Driver) =>
      all(from, `SELECT type, name, sql FROM sqlite_schema WHERE tbl_name NOT LIKE '\\_savepoint%' ESCAPE '\\' ORDER BY type, name`)
    expect(objects(driver)).toEqual(objects(open(roomPath)))
    expect(all(driver, 'PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }])
    expect(all(driver, 'PRAGMA foreign_key_check')).toEqual([])
    expect(all(driver, 'SELECT label FROM orders')).toEqual([{ label: '1: first' }])
    expect(all(driver, 'SELECT name, seq FROM sqlite_sequence')).toEqual([{ name: 'orders', seq: 1 }])
  })

  test('brings full-text search along whole', async () => {
    const { path } = snapshotOf((await stockedRoom()).path)
    const driver = open(path)
    expect(all(driver, "SELECT title FROM search WHERE search MATCH 'green'")).toEqual([{ title: 'green tea' }])
    driver.exec("INSERT INTO search (search) VALUES ('integrity-check')")
    driver.exec("INSERT INTO items (id, title) VALUES ('x', 'white tea')")
    expect(all(driver, "SELECT title FROM search WHERE search MATCH 'white'")).toEqual([{ title: 'white tea' }])
  })

  test('holds nothing of the log, of clients, or of deleted rows, and no free page', async () => {
    const { path: roomPath } = await stockedRoom()
    const { path } = snapshotOf(roomPath)
    const bytes = readFileSync(path)
    for (const text of [SECRET, '_savepoint', 'client-1']) expect(bytes.includes(text)).toBe(false)
    expect(all(open(path), 'PRAGMA freelist_count')).toEqual([{ freelist_count: 0 }])
    expect(bytes.length).toBeLessThan(statSync(roomPath).size + statSync(`${roomPath}-wal`).size)
  })

  test('opens anywhere: it is not in WAL mode', async () => {
    const bytes = readFileSync(snapshotOf((await stockedRoom()).path).path)
    expect([bytes[18], bytes[19]]).toEqual([1, 1])
  })

  test('is of what is committed, and neither waits for a writer nor holds one up', async () => {
    const { room, path } = await stockedRoom()
    const writer = open(path)
    writer.exec('PRAGMA recursive_triggers = ON; BEGIN IMMEDIATE; DELETE FROM totals')
    const target = openBetterSqlite3(join(temporaryDirectory(), 's.db'), { shadowWrites: true })
    onTestFinished(() => target.close())
    expect(writeSnapshot(target, path)).toEqual(room.position)
    expect(all(target, 'SELECT orders FROM totals')).toEqual([{ orders: 1 }])
    writer.exec('ROLLBACK')
  })

  test('keeps rowids, also of tables that declare none', async () => {
    const schema = defineSchema({
      name: 'odd',
      version: 1,
      sql: `CREATE TABLE "a ""b" (id TEXT PRIMARY KEY NOT NULL, "select" TEXT);
        CREATE TABLE side (note TEXT);
        CREATE TABLE made (id INTEGER PRIMARY KEY, n INTEGER, twice INTEGER AS (n * 2) VIRTUAL);
        CREATE TRIGGER noted AFTER INSERT ON "a ""b" BEGIN INSERT INTO side VALUES (NEW.id); END;`,
      derived: ['side'],
    })
    const setting = await openTestRoom({ schema, mutators: defineMutators({}) })
    const file = open(setting.path)
    file.exec(
      `INSERT INTO "a ""b" (id) VALUES ('0'), ('1'), ('2'); DELETE FROM "a ""b" WHERE id = '0'; DELETE FROM side WHERE note = '0'; INSERT INTO made (n) VALUES (21)`,
    )
    const driver = open(snapshotOf(setting.path).path)
    expect(all(driver, 'SELECT rowid, id FROM "a ""b"')).toEqual([
      { rowid: 2, id: '1' },
      { rowid: 3, id: '2' },
    ])
    expect(all(driver, 'SELECT rowid, note FROM side')).toEqual([
      { rowid: 2, note: '1' },
      { rowid: 3, note: '2' },
    ])
    expect(all(driver, 'SELECT twice FROM made')).toEqual([{ twice: 42 }])
  })
})
