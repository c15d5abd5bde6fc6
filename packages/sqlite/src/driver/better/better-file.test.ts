import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { backUpBetterSqlite3, openBetterSqlite3 } from '../../better-sqlite3.ts'
import { openWaSqlite } from '../../wa-sqlite.ts'
import { engines, journeyappsModule } from '../engines.contract.ts'

describe('better-sqlite3 on files', () => {
  let folder: string
  let path: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'savepoint-'))
    path = join(folder, 'room.db')
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  test('what is committed is there when it is opened again', () => {
    const first = openBetterSqlite3(path)
    first.exec('CREATE TABLE t (a); INSERT INTO t VALUES (1); BEGIN; INSERT INTO t VALUES (2)')
    first.close()
    const second = openBetterSqlite3(path)
    expect(second.prepare('SELECT * FROM t').all()).toEqual([{ a: 1 }])
    second.close()
  })

  test('readonly refuses writes, and a file that does not exist', () => {
    expect(() => openBetterSqlite3(path, { readonly: true })).toThrow(expect.objectContaining({ code: 'SQLITE_CANTOPEN' }))
    openBetterSqlite3(path).close()
    const driver = openBetterSqlite3(path, { readonly: true })
    expect(() => driver.exec('CREATE TABLE t (a)')).toThrow(expect.objectContaining({ code: 'SQLITE_READONLY' }))
    driver.close()
  })

  test('a folder that does not exist, a file that is no database', () => {
    const missing = join(folder, 'missing', 'room.db')
    expect(() => openBetterSqlite3(missing)).toThrow(expect.objectContaining({ name: 'SqliteError', code: 'SQLITE_CANTOPEN' }))
    writeFileSync(path, 'not a database, though long enough to look like one'.repeat(100))
    const driver = openBetterSqlite3(path)
    expect(() => driver.exec('SELECT * FROM sqlite_schema')).toThrow(expect.objectContaining({ code: 'SQLITE_NOTADB' }))
    driver.close()
  })

  test('a lock that stays is SQLITE_BUSY, and no statement is left in the way', () => {
    const one = openBetterSqlite3(path)
    const two = openBetterSqlite3(path, { busyTimeoutMs: 0 })
    one.exec('CREATE TABLE t (a); BEGIN IMMEDIATE')
    const insert = two.prepare('INSERT INTO t VALUES (1)')
    expect(() => insert.run()).toThrow(expect.objectContaining({ code: 'SQLITE_BUSY' }))
    one.exec('COMMIT')
    expect(insert.run().changes).toBe(1)
    one.close()
    two.close()
  })

  test('a backup holds what was committed when it was made, with its rowids, in one file', async () => {
    const writer = openBetterSqlite3(path)
    writer.exec(`PRAGMA journal_mode = WAL; CREATE TABLE t (a TEXT PRIMARY KEY); INSERT INTO t VALUES ('a'), ('b'), ('c');
      DELETE FROM t WHERE a = 'a'; BEGIN; INSERT INTO t VALUES ('d')`)
    const target = join(folder, 'backup.db')
    await backUpBetterSqlite3(path, target)
    writer.exec('COMMIT')
    writer.close()
    expect(readdirSync(folder).filter((name) => name.startsWith('backup'))).toEqual(['backup.db'])
    const copy = openBetterSqlite3(target, { readonly: true })
    expect(copy.prepare('SELECT rowid, a FROM t').all()).toEqual([
      { rowid: 2, a: 'b' },
      { rowid: 3, a: 'c' },
    ])
    expect(copy.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'delete' })
    copy.close()
    await expect(backUpBetterSqlite3(join(folder, 'missing.db'), join(folder, 'other.db'))).rejects.toMatchObject({
      code: 'SQLITE_CANTOPEN',
    })
  })

  test('a backup is not held up by a writer that commits all the while, nor holds it up', async () => {
    const writer = openBetterSqlite3(path)
    writer.exec(`PRAGMA journal_mode = WAL; CREATE TABLE t (a INTEGER PRIMARY KEY, b BLOB);
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500) INSERT INTO t SELECT i, zeroblob(4000) FROM n`)
    let commits = 0
    let done = false
    const target = join(folder, 'backup.db')
    const backup = backUpBetterSqlite3(path, target).finally(() => {
      done = true
    })
    while (!done) {
      writer.exec(`UPDATE t SET b = zeroblob(3999) WHERE a = ${(commits++ % 500) + 1}`)
      await new Promise((resolve) => setImmediate(resolve))
    }
    await backup
    writer.close()
    const copy = openBetterSqlite3(target, { readonly: true })
    expect(copy.prepare('SELECT count(*) AS n FROM t').get()).toEqual({ n: 500 })
    expect(copy.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' })
    copy.close()
    expect(commits).toBeGreaterThan(0)
  })

  test.each(engines)('the image of a file in WAL mode opens on $name', async ({ open }) => {
    const driver = openBetterSqlite3(path)
    driver.exec('PRAGMA journal_mode = WAL; CREATE TABLE t (a); INSERT INTO t VALUES (1)')
    const image = driver.serialize()
    expect([image[18], image[19]]).toEqual([1, 1])
    const copy = await open(image)
    expect(copy.prepare('SELECT * FROM t').all()).toEqual([{ a: 1 }])
    copy.exec('INSERT INTO t VALUES (2)')
    copy.close()
    expect(driver.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' })
    driver.close()
  })

  test.each(engines)('the bytes of a file in WAL mode, as they are on disk, open on $name', async ({ open }) => {
    const driver = openBetterSqlite3(path)
    driver.exec('PRAGMA journal_mode = WAL; CREATE TABLE t (a); INSERT INTO t VALUES (1); PRAGMA wal_checkpoint(TRUNCATE)')
    driver.close()
    const bytes = new Uint8Array(readFileSync(path))
    expect([bytes[18], bytes[19]]).toEqual([2, 2])
    const copy = await open(bytes)
    copy.exec('INSERT INTO t VALUES (2)')
    expect(copy.prepare('SELECT * FROM t').all()).toEqual([{ a: 1 }, { a: 2 }])
    expect([bytes[18], bytes[19]]).toEqual([2, 2])
    copy.close()
  })

  test('bytes and a path, or a filename, exclude each other', async () => {
    expect(() => openBetterSqlite3(path, { bytes: new Uint8Array(1) })).toThrow(TypeError)
    const module = await journeyappsModule()
    expect(() => openWaSqlite(module, { filename: 'x.db', bytes: new Uint8Array(1) })).toThrow(TypeError)
  })
})
