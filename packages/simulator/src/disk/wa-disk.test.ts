import { loadWaSqlite } from '@savepoint/client/node'
import type { Driver } from '@savepoint/sqlite'
import { openWaSqlite, type WaSqliteModule } from '@savepoint/sqlite/wa-sqlite'
import { describe, expect, test } from 'vitest'
import { randomOf } from '../random.ts'
import { DiskVfs } from './disk-vfs.ts'
import { describeDisk } from './simulated-disk.contract.ts'
import { ProcessKilled } from './simulated-disk.ts'
import { losses } from './transfers.contract.ts'
import { WaDisk } from './wa-disk.ts'

const module = await loadWaSqlite()
const WAL = 'PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_spill = OFF'
const JOURNAL = 'PRAGMA journal_mode = TRUNCATE; PRAGMA synchronous = FULL; PRAGMA cache_spill = OFF'

describeDisk({ name: 'WaDisk, with a write-ahead log', create: (random) => WaDisk.create({ module, random }), pragmas: WAL })
describeDisk({ name: 'WaDisk, with a rollback journal', create: (random) => WaDisk.create({ module, random }), pragmas: JOURNAL })

function lossesWith(pragmas: string, times = 200): string[] {
  const found: string[] = []
  for (let i = 0; i < times; i++) {
    const disk = WaDisk.create({ module, random: randomOf(`with ${i}`, 'disk') })
    const open = (): Driver => {
      const driver = disk.open('a.db')
      driver.exec(pragmas)
      return driver
    }
    const wrong = losses(disk, open, `with ${i}`, true)
    if (wrong !== undefined) found.push(wrong)
    disk.dispose()
  }
  return found
}

describe('a loss of power under wa-sqlite', () => {
  test.each([
    ['WAL, synchronous = OFF', `${WAL}; PRAGMA synchronous = OFF`, /./],
    ['WAL, synchronous = NORMAL', `${WAL}; PRAGMA synchronous = NORMAL`, /were committed/],
    ['a truncated journal, synchronous = OFF', `${JOURNAL}; PRAGMA synchronous = OFF`, /integrity|half|malformed/],
    // The file's removal is not flushed with the COMMIT, and undoes it if it comes back.
    ['a deleted journal, synchronous = FULL', `${JOURNAL}; PRAGMA journal_mode = DELETE`, /were committed/],
    ['a journal in memory', `${JOURNAL}; PRAGMA journal_mode = MEMORY`, /integrity|half|malformed/],
  ])('%s: something is lost or torn', (_, pragmas, what) => {
    const found = lossesWith(pragmas)
    expect(found.some((wrong) => what.test(wrong))).toBe(true)
  })

  test.each([
    ['a deleted journal, synchronous = EXTRA', `${JOURNAL}; PRAGMA journal_mode = DELETE; PRAGMA synchronous = EXTRA`],
    ['a journal that persists', `${JOURNAL}; PRAGMA journal_mode = PERSIST`],
    ['WAL with a cache that spills', `${WAL}; PRAGMA cache_size = 5; PRAGMA cache_spill = ON`],
    ['WAL with a checkpoint at each COMMIT', `${WAL}; PRAGMA wal_autocheckpoint = 1`],
  ])('%s: nothing is', (_, pragmas) => {
    expect(lossesWith(pragmas)).toEqual([])
  })
})

describe('many disks on one module', () => {
  /** Bytes that can be allocated before the heap must grow. */
  function roomIn(own: WaSqliteModule): number {
    const [size, blocks] = [own.HEAPU8.length, [] as number[]]
    while (own.HEAPU8.length === size) blocks.push(own._sqlite3_malloc(4000))
    for (const block of blocks) own._sqlite3_free(block)
    return blocks.length * 4000
  }

  test('leave nothing behind, however they end', async () => {
    const own = await loadWaSqlite()
    const live = (i: number) => {
      const disk = WaDisk.create({ module: own, random: randomOf(`${i}`, 'disk') })
      const driver = disk.open('a.db')
      driver.exec(`${i % 2 === 0 ? WAL : JOURNAL}; CREATE TABLE t (a)`)
      driver.defineFunction('f', () => i)
      driver.prepare('SELECT f() FROM t').all()
      driver.exec('BEGIN; INSERT INTO t VALUES (1)')
      expect(() => disk.open('b.db', { readonly: true })).toThrow(expect.objectContaining({ code: 'SQLITE_CANTOPEN' }))
      if (i % 3 === 0) disk.crash(true)
      if (i % 3 === 1) {
        disk.watch = { before: () => disk.crashDuring(true) }
        expect(() => driver.exec('COMMIT')).toThrow(ProcessKilled)
        disk.watch = {}
      }
      disk.read('a.db')
      disk.dispose()
    }
    for (let i = 0; i < 50; i++) live(i)
    roomIn(own)
    const [size, before] = [own.HEAPU8.length, roomIn(own)]
    for (let i = 0; i < 500; i++) live(i)
    // Each probe makes the heap grow, and so the room for the next.
    const grown = own.HEAPU8.length - size
    expect(before + grown - roomIn(own)).toBeLessThan(50_000)
    expect(DiskVfs.of(own).openCount).toBe(0)
  })

  test('have names of their own, and leave databases in memory alone', () => {
    const [one, two] = ['one', 'two'].map((seed) => WaDisk.create({ module, random: randomOf(seed, 'disk') })) as [WaDisk, WaDisk]
    const [a, b] = [one.open('a.db'), two.open('a.db')]
    const memory = openWaSqlite(module)
    for (const driver of [a, b, memory]) driver.exec('CREATE TABLE t (a)')
    a.exec('BEGIN; INSERT INTO t VALUES (1)')
    b.exec("BEGIN; INSERT INTO t VALUES (2); ATTACH 'b.db' AS other; CREATE TABLE other.u (a)")
    memory.exec('INSERT INTO t VALUES (3)')
    a.exec('COMMIT')
    b.exec('COMMIT')
    const [inA, inB] = [a, b].map((driver) => driver.prepare('SELECT a FROM t').exact())
    expect([inA, inB, memory.prepare('SELECT a FROM t').exact()]).toEqual([[[1]], [[2]], [[3]]])
    expect([one.list(), two.list()]).toEqual([['a.db'], ['a.db', 'b.db']])
    one.crash(true)
    b.exec('INSERT INTO t VALUES (4)')
    for (const disk of [one, two]) disk.dispose()
    memory.close()
  })

  test("SQLite's own chance comes from the disk's", () => {
    const draw = (seed: string) => {
      const disk = WaDisk.create({ module, random: randomOf(seed, 'disk') })
      const drawn = disk.open('a.db').prepare("SELECT random(), hex(randomblob(20)), datetime('now')").exact()
      disk.dispose()
      return drawn
    }
    expect(draw('a')).toEqual(draw('a'))
    expect(draw('a')).not.toEqual(draw('b'))
  })
})

describe('a rollback journal without shared memory', () => {
  const wide =
    'INSERT INTO t SELECT zeroblob(4000) FROM (WITH k(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < 50) SELECT i FROM k)'

  test('WAL is refused in silence', () => {
    const disk = WaDisk.create({ module, random: randomOf('wal', 'disk') })
    expect(disk.open('a.db').prepare('PRAGMA journal_mode = WAL').get()).toEqual({ journal_mode: 'delete' })
    disk.dispose()
  })

  test('a batch that spills locks readers out; one that does not lets them read', () => {
    const disk = WaDisk.create({ module, random: randomOf('spill', 'disk') })
    const bare = disk.open('bare.db')
    bare.exec(`PRAGMA cache_size = 5; CREATE TABLE t (a); BEGIN; ${wide}`)
    const locked = disk.open('bare.db', { readonly: true })
    expect(() => locked.exec('SELECT * FROM t')).toThrow(expect.objectContaining({ code: 'SQLITE_BUSY' }))
    const [writer, reader] = [disk.open('other.db'), disk.open('other.db')]
    writer.exec(`PRAGMA cache_size = 5; PRAGMA cache_spill = OFF; CREATE TABLE t (a); BEGIN; ${wide}`)
    expect(reader.prepare('SELECT count(*) FROM t').exact()).toEqual([[0]])
    writer.exec('COMMIT')
    expect(reader.prepare('SELECT count(*) FROM t').exact()).toEqual([[50]])
    disk.dispose()
  })
})

test('a process that is killed by a function in the middle of a statement is dead when it returns', () => {
  const disk = WaDisk.create({ module, random: randomOf('function', 'disk') })
  const driver = disk.open('a.db')
  driver.exec(`${WAL}; CREATE TABLE t (a)`)
  driver.defineFunction('die', () => {
    disk.crash(false)
    return 1
  })
  expect(() => driver.exec('INSERT INTO t VALUES (die())')).toThrow()
  expect(() => driver.exec('SELECT 1')).toThrow(ProcessKilled)
  const next = disk.open('a.db')
  next.exec(WAL)
  expect(next.prepare('SELECT * FROM t').exact()).toEqual([])
  disk.dispose()
  expect(DiskVfs.of(module).openCount).toBe(0)
})
