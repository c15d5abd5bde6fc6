import type { Driver } from '@savepoint/sqlite'
import { openWaSqlite } from '@savepoint/sqlite/wa-sqlite'
import { beforeEach, describe, expect, test } from 'vitest'
import { loadWaSqlite } from '../load-wa-sqlite.ts'
import { StorageInUse } from './browser-storage.ts'
import { FILE_NAMES, FileStorage } from './file-storage.ts'
import { openOpfsFiles, removeOpfsFiles } from './open-opfs-files.ts'
import { OpfsDisk } from './opfs-disk.contract.ts'

const module = await loadWaSqlite()

let disk: OpfsDisk
let waits: number[]
beforeEach(() => {
  disk = new OpfsDisk()
  waits = []
})

async function open(onWait: (waited: number) => void = () => {}, signal?: AbortSignal): Promise<FileStorage> {
  const wait = async (ms: number) => onWait(waits.push(ms))
  const files = await openOpfsFiles({ root: disk, name: 'a/b', wait, signal })
  return new FileStorage({ info: { kind: 'disk' }, module, files, journal: 'wal' })
}

const rows = (driver: Driver) => driver.prepare('SELECT a FROM t ORDER BY a').exact().flat()
function imageOf(...values: number[]): Uint8Array {
  const driver = openWaSqlite(module)
  driver.exec(`CREATE TABLE t (a); ${values.map((value) => `INSERT INTO t VALUES (${value});`).join('')}`)
  const image = driver.serialize()
  driver.close()
  // As a server's file says of itself.
  image.fill(2, 18, 20)
  return image
}
const code = (name: string) => expect.objectContaining({ name: 'SqliteError', code: name })

describe('a replica on files', () => {
  test('has a directory of its own, and what was committed is there again', async () => {
    const first = await open()
    const [pending, base] = [first.openPending(), first.openBase(0)]
    for (const driver of [pending, base]) driver.exec('CREATE TABLE t (a); INSERT INTO t VALUES (1)')
    for (const driver of [pending, base]) driver.close()
    first.release()
    expect(disk.names).toEqual(FILE_NAMES.map((name) => `savepoint/a%2Fb/${name}`).sort())
    const second = await open()
    expect([rows(second.openPending()), rows(second.openBase(0))]).toEqual([[1], [1]])
  })

  test('keeps a log, flushes with each COMMIT, once, and spills nothing', async () => {
    const storage = await open()
    for (const driver of [storage.openPending(), storage.openBase(0)]) {
      const pragma = (name: string) => driver.prepare(`PRAGMA ${name}`).exact()[0]?.[0]
      expect(['journal_mode', 'synchronous', 'locking_mode', 'cache_spill', 'temp_store'].map(pragma)).toEqual([
        'wal',
        2,
        'exclusive',
        0,
        2,
      ])
      driver.exec('CREATE TABLE t (a)')
      const before = disk.flushes
      for (let i = 0; i < 100; i++) driver.exec(`INSERT INTO t VALUES (${i})`)
      expect(disk.flushes - before).toBe(100)
    }
  })

  test('writes nothing while it speculates', async () => {
    const base = (await open()).openBase(0)
    base.exec('CREATE TABLE t (a)')
    const before = disk.bytes('savepoint/a%2Fb/base-0.db-wal').slice()
    disk.changesLeft = 0
    base.exec('BEGIN')
    const insert = base.prepare('INSERT INTO t VALUES (?)')
    for (let i = 0; i < 1000; i++) {
      base.exec('SAVEPOINT s')
      insert.run(['x'.repeat(10_000)])
      base.exec('RELEASE s')
    }
    base.exec('ROLLBACK')
    expect(disk.bytes('savepoint/a%2Fb/base-0.db-wal')).toEqual(before)
  })

  test('reads a log that its holder left behind', async () => {
    const first = await open()
    first.openPending().exec('CREATE TABLE t (a); INSERT INTO t VALUES (1)')
    first.release()
    expect(rows((await open()).openPending())).toEqual([1])
  })
})

describe('generations of the base', () => {
  test('an image goes into the other slot, and the old one is there until it is swept', async () => {
    const storage = await open()
    const old = storage.openBase(4, imageOf(4))
    const fresh = storage.openBase(5, imageOf(5))
    expect([rows(old), rows(fresh)]).toEqual([[4], [5]])
    expect(() => storage.keepOnly(5)).toThrow('base-0.db is open')
    old.close()
    storage.keepOnly(5)
    expect(disk.bytes('savepoint/a%2Fb/base-0.db')).toHaveLength(0)
    fresh.close()
    storage.keepOnly(-1)
    expect(storage.openBase(5).prepare('SELECT count(*) FROM sqlite_schema').exact()).toEqual([[0]])
  })

  test('an image is never read together with the log of what was there before', async () => {
    const storage = await open()
    storage.openBase(0).exec('CREATE TABLE t (a); INSERT INTO t VALUES (1)')
    storage.release()
    const again = await open()
    expect(rows(again.openBase(0, imageOf(7, 8)))).toEqual([7, 8])
  })

  test('an image that does not fit leaves the other slot as it was', async () => {
    const storage = await open()
    const base = storage.openBase(0, imageOf(1))
    disk.quota = 40_000
    const image = imageOf(...Array.from({ length: 10_000 }, (_, i) => i))
    expect(() => storage.openBase(1, image)).toThrow(code('SQLITE_FULL'))
    disk.quota = Number.POSITIVE_INFINITY
    expect(rows(base)).toEqual([1])
    expect(rows(storage.openBase(1, imageOf(2)))).toEqual([2])
  })
})

describe('files that fail', () => {
  test('a quota that is used up is a full disk, and what was committed stays', async () => {
    const storage = await open()
    const driver = storage.openPending()
    driver.exec('CREATE TABLE t (a); INSERT INTO t VALUES (1)')
    disk.quota = 0
    expect(() => driver.exec("INSERT INTO t VALUES (zeroblob(10000)), ('x')")).toThrow(code('SQLITE_FULL'))
    expect(driver.inTransaction).toBe(false)
    expect(rows(driver)).toEqual([1])
    disk.quota = Number.POSITIVE_INFINITY
    driver.exec('INSERT INTO t VALUES (2)')
    expect(rows(driver)).toEqual([1, 2])
  })

  test('after release every write fails, and another may have the files at once', async () => {
    const storage = await open()
    const [pending, base] = [storage.openPending(), storage.openBase(0)]
    for (const driver of [pending, base]) driver.exec('CREATE TABLE t (a); INSERT INTO t VALUES (1)')
    base.exec('BEGIN; INSERT INTO t VALUES (2)')
    storage.release()
    expect(disk.openCount).toBe(0)
    const next = await open()
    expect(() => pending.exec('INSERT INTO t VALUES (2)')).toThrow(code('SQLITE_IOERR_WRITE'))
    expect(() => base.exec('COMMIT')).toThrow(/./)
    expect(() => storage.openBase(1, imageOf(3))).toThrow(code('SQLITE_IOERR_WRITE'))
    expect(() => storage.openPending()).toThrow(code('SQLITE_CANTOPEN'))
    for (const driver of [pending, base]) driver.close()
    storage.release()
    expect([rows(next.openPending()), rows(next.openBase(0))]).toEqual([[1], [1]])
  })

  test('a file is open once at a time', async () => {
    const storage = await open()
    const first = storage.openPending()
    expect(() => storage.openPending()).toThrow(code('SQLITE_CANTOPEN'))
    first.close()
    storage.openPending()
  })
})

describe('opening', () => {
  test('waits for a holder that is about to go', async () => {
    const first = await open()
    await open((waited) => waited === 3 && first.release())
    expect(waits).toEqual([50, 50, 50])
  })

  test('gives up on one that stays, and has opened nothing then', async () => {
    const first = await open()
    await expect(open()).rejects.toThrow(StorageInUse)
    expect(waits.reduce((sum, ms) => sum + ms)).toBe(5000)
    first.release()
    expect(disk.openCount).toBe(0)
  })

  test('is all or nothing', async () => {
    let tries = 0
    disk.refuses = (name) =>
      name.endsWith('base-1.db') && ++tries < 3 ? Object.assign(new Error(), { name: 'InvalidStateError' }) : undefined
    const opened: number[] = []
    await open(() => opened.push(disk.openCount))
    expect(opened).toEqual([0, 0])
  })

  test('ends when it is told to', async () => {
    await open()
    const end = new AbortController()
    await expect(open((waited) => waited === 2 && end.abort(new Error('enough')), end.signal)).rejects.toThrow('enough')
    expect(waits).toHaveLength(2)
  })

  test('is refused where there are no files, at once', async () => {
    disk.refuses = () => new Error('not in a private window')
    await expect(open()).rejects.toThrow('not in a private window')
    expect(waits).toEqual([])
  })
})

test('a replica that somebody holds is not removed', async () => {
  const storage = await open()
  await expect(removeOpfsFiles(disk, 'a/b')).rejects.toThrow(StorageInUse)
  storage.release()
  await removeOpfsFiles(disk, 'a/b')
  await removeOpfsFiles(disk, 'a/b')
  expect(disk.names).toEqual([])
})
