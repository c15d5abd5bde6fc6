import { type Driver, SqliteError } from '@savepoint/sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Random, randomOf } from '../random.ts'
import { ProcessKilled, type SimulatedDisk } from './simulated-disk.ts'
import { losses } from './transfers.contract.ts'

const POWER_LOSSES = 200

interface DiskMaker {
  readonly name: string
  create(random: Random): SimulatedDisk
  /** Run on each connection that writes. */
  readonly pragmas: string
}

/** What every simulated disk must do. */
export function describeDisk({ name, create, pragmas }: DiskMaker): void {
  describe(name, () => {
    let disk: SimulatedDisk
    const made: SimulatedDisk[] = []
    const make = (seed: string) => {
      const one = create(randomOf(seed, 'disk'))
      made.push(one)
      return one
    }
    beforeEach(() => {
      disk = make(name)
    })
    afterEach(() => {
      for (const one of made.splice(0)) one.dispose()
    })

    const open = (path = 'a.db', on = disk): Driver => {
      const driver = on.open(path)
      driver.exec(pragmas)
      return driver
    }
    const filled = (path = 'a.db', on = disk): Driver => {
      const driver = open(path, on)
      driver.exec('CREATE TABLE t (a INTEGER PRIMARY KEY, b); INSERT INTO t (a) VALUES (1)')
      return driver
    }
    const keys = (driver: Driver) => driver.prepare('SELECT a FROM t ORDER BY a').exact().flat()
    const keysOf = (image: Uint8Array) => {
      const other = make('other')
      other.write('image.db', image)
      return keys(other.open('image.db'))
    }

    test('keeps databases by path, and lists them in order', () => {
      expect(disk.list()).toEqual([])
      for (const path of ['b.db', 'rooms/x/room.db', 'a.db']) filled(path).close()
      expect(disk.list()).toEqual(['a.db', 'b.db', 'rooms/x/room.db'])
      disk.remove('b.db')
      expect([disk.exists('a.db'), disk.exists('b.db'), disk.list().length]).toEqual([true, false, 2])
      expect(keys(open('rooms/x/room.db'))).toEqual([1])
    })

    test('a process that is killed leaves what it committed, and can do no more', () => {
      const driver = filled()
      const insert = driver.prepare('INSERT INTO t (a) VALUES (?)')
      insert.run([2])
      driver.exec('BEGIN; INSERT INTO t (a) VALUES (3)')
      disk.crash(false)
      const uses = [
        () => insert.run([4]),
        () => insert.get([4]),
        () => insert.all([4]),
        () => insert.exact([4]),
        () => driver.exec('COMMIT'),
        () => driver.prepare('SELECT 1'),
        () => driver.serialize(),
        () => driver.inTransaction,
        () => driver.defineFunction('f', () => 1),
      ]
      for (const use of uses) expect(use).toThrow(ProcessKilled)
      const next = open()
      expect(keys(next)).toEqual([1, 2])
      next.exec('INSERT INTO t (a) VALUES (5)')
      insert.finalize()
      driver.close()
      driver.close()
      expect(keys(next)).toEqual([1, 2, 5])
      expect(next.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' })
    })

    test('each statement is watched, with its path, on every connection', () => {
      const driver = filled()
      const seen: string[] = []
      disk.watch = { before: (sql, path) => seen.push(`< ${path} ${sql}`), after: (sql, path) => seen.push(`> ${path} ${sql}`) }
      const select = driver.prepare('SELECT a FROM t')
      select.run()
      select.get()
      select.all()
      select.exact()
      const other = disk.open('b.db')
      other.exec('SELECT 1')
      disk.watch = {}
      select.all()
      expect(seen).toEqual([
        ...Array(4).fill(['< a.db SELECT a FROM t', '> a.db SELECT a FROM t']).flat(),
        '< b.db SELECT 1',
        '> b.db SELECT 1',
      ])
    })

    test('what a watch throws, the statement throws', () => {
      const driver = filled()
      disk.watch = {
        before() {
          throw new Error('not now')
        },
      }
      expect(() => driver.exec('INSERT INTO t (a) VALUES (2)')).toThrow('not now')
      disk.watch = {
        after() {
          throw new Error('too late')
        },
      }
      expect(() => driver.exec('INSERT INTO t (a) VALUES (3)')).toThrow('too late')
      disk.watch = {}
      expect(keys(driver)).toEqual([1, 3])
    })

    test.each([
      ['before', [1]],
      ['after', [1, 2]],
    ] as const)('killed %s a statement', (when, left) => {
      const driver = filled()
      disk.watch = { [when]: () => disk.crash(true) }
      expect(() => driver.prepare('INSERT INTO t (a) VALUES (2)').run()).toThrow(ProcessKilled)
      disk.watch = {}
      expect(keys(open())).toEqual(left)
    })

    test.each([false, true])('killed during COMMIT, it has happened or not (loss of power: %s)', (power) => {
      const found = new Set<number>()
      for (let i = 0; i < 60; i++) {
        const one = make(`commit ${i}`)
        const driver = filled('a.db', one)
        driver.exec(`BEGIN; INSERT INTO t (b) SELECT zeroblob(900) FROM (VALUES (1), (2), (3), (4), (5), (6), (7), (8))`)
        one.watch = { before: () => one.crashDuring(power) }
        expect(() => driver.exec('COMMIT')).toThrow(ProcessKilled)
        one.watch = {}
        const next = open('a.db', one)
        expect(next.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' })
        found.add(keys(next).length)
      }
      expect([...found].sort()).toEqual([1, 9])
    })

    test('a reader sees what is committed while the writer is in the middle of a transaction, and may not write', () => {
      expect(() => disk.open('a.db', { readonly: true })).toThrow(expect.objectContaining({ code: 'SQLITE_CANTOPEN' }))
      const writer = disk.open('a.db')
      writer.exec(`PRAGMA journal_mode = ${name.startsWith('FileDisk') ? 'WAL' : 'TRUNCATE'}; PRAGMA cache_spill = OFF;
        CREATE TABLE t (a INTEGER PRIMARY KEY, b)`)
      const reader = disk.open('a.db', { readonly: true })
      writer.exec('BEGIN IMMEDIATE; INSERT INTO t (b) SELECT zeroblob(4000) FROM json_each(json_array(1, 2, 3, 4, 5))')
      expect(keys(reader)).toEqual([])
      expect(() => disk.open('a.db').exec('BEGIN IMMEDIATE')).toThrow(expect.objectContaining({ code: 'SQLITE_BUSY' }))
      writer.exec('COMMIT')
      expect(keys(reader)).toHaveLength(5)
      expect(() => reader.exec('DELETE FROM t')).toThrow(expect.objectContaining({ code: 'SQLITE_READONLY' }))
    })

    test('a look of the simulation’s own meets no fault, is not watched, and takes nobody else’s faults away', () => {
      const driver = filled()
      const watched: string[] = []
      disk.fill()
      disk.fail('write', 1, 1)
      disk.fail('sync', 1, 1)
      disk.watch = { before: (sql) => void watched.push(sql) }
      const look = disk.open('b.db', { isLook: true })
      look.exec('CREATE TABLE t (a INTEGER PRIMARY KEY); INSERT INTO t VALUES (5)')
      expect(keys(look)).toEqual([5])
      expect(watched).toEqual([])
      expect(() => driver.exec('INSERT INTO t (a) VALUES (6)')).toThrow(SqliteError)
      disk.watch = {}
      disk.mend()
      expect(keys(look)).toEqual([5])
    })

    test('an image is read of a live database, as a new process would find it', () => {
      const driver = filled()
      driver.exec('BEGIN; INSERT INTO t (a) VALUES (2); COMMIT; BEGIN; INSERT INTO t (a) VALUES (3)')
      const image = disk.read('a.db')
      expect([image[18], image[19]]).toEqual([1, 1])
      expect(keysOf(image)).toEqual([1, 2])
      driver.exec('COMMIT')
      driver.close()
      expect(keysOf(disk.read('a.db'))).toEqual([1, 2, 3])
      expect(() => disk.read('b.db')).toThrow('There is no database at b.db')
    })

    test('an image is written in the place of another database and its journals', () => {
      const driver = filled('b.db')
      driver.exec('INSERT INTO t (a) VALUES (7)')
      const image = disk.read('b.db')
      filled().exec('INSERT INTO t (a) VALUES (8)')
      disk.crash(false)
      disk.write('a.db', image)
      disk.crash(true)
      expect(keys(open())).toEqual([1, 7])
    })

    test('a copy goes its own way', () => {
      const driver = filled()
      driver.exec('BEGIN; INSERT INTO t (a) VALUES (2)')
      const copy = disk.copy()
      made.push(copy)
      driver.exec('COMMIT')
      const other = open('a.db', copy)
      other.exec('INSERT INTO t (a) VALUES (9)')
      expect([keys(driver), keys(other)]).toEqual([
        [1, 2],
        [1, 9],
      ])
      copy.crash(true)
      expect(keys(driver)).toEqual([1, 2])
    })

    test('ATTACH reaches the other databases of the disk', () => {
      filled('b.db').close()
      const driver = filled()
      driver.exec(`ATTACH '${disk.attachName('b.db')}' AS other; INSERT INTO t (a) SELECT a + 10 FROM other.t; DETACH other`)
      expect(keys(driver)).toEqual([1, 11])
    })

    test.each([
      ['write', 'SQLITE_IOERR_WRITE'],
      ['sync', 'SQLITE_IOERR_FSYNC'],
    ] as const)('a %s fails when it is told to, and as often', (operation, code) => {
      const driver = filled()
      const insert = (a: number) => driver.exec(`INSERT INTO t (a) VALUES (${a})`)
      disk.fail(operation, 1, 1)
      expect(() => insert(2)).toThrow(expect.objectContaining({ code }))
      expect(driver.inTransaction).toBe(false)
      insert(4)
      disk.fail(operation, 1, 100)
      expect(() => insert(5)).toThrow(expect.objectContaining({ code }))
      disk.mend()
      insert(6)
      // Of those that failed to be flushed nobody knows.
      const found = keys(driver).filter((a) => operation === 'write' || ![2, 5].includes(a as number))
      expect(found).toEqual([1, 4, 6])
      expect(driver.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' })
    })

    test('faults leave a whole database behind, whenever they come', () => {
      for (let nth = 1; nth <= 40; nth++) {
        const one = make(`faults ${nth}`)
        const driver = filled('a.db', one)
        one.fail(nth % 2 === 0 ? 'write' : 'sync', Math.ceil(nth / 2), 2)
        const [committed, unknown] = [new Set<unknown>([1]), new Set<unknown>()]
        for (let a = 10; a < 20; a++) {
          try {
            driver.exec('BEGIN IMMEDIATE')
            driver.exec(`INSERT INTO t VALUES (${a}, zeroblob(3000))`)
            driver.exec('COMMIT')
            committed.add(a)
          } catch (error) {
            expect(error).toMatchObject({ code: expect.stringMatching(/^SQLITE_IOERR_(WRITE|FSYNC)$/) })
            unknown.add(a)
            if (driver.inTransaction) driver.exec('ROLLBACK')
          }
        }
        one.mend()
        one.crash(true)
        const next = open('a.db', one)
        expect(next.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' })
        expect(keys(next).filter((a) => !unknown.has(a))).toEqual([...committed])
      }
    })

    test('a full disk says so, loses nothing, and can be mended', () => {
      const driver = filled()
      disk.fill()
      const grow = () => driver.exec('INSERT INTO t (b) SELECT zeroblob(4000) FROM json_each(json_array(1, 2, 3, 4, 5))')
      expect(grow).toThrow(expect.objectContaining({ code: 'SQLITE_FULL' }))
      expect(() => disk.write('b.db', new Uint8Array(512))).toThrow(expect.objectContaining({ code: 'SQLITE_FULL' }))
      const fresh = disk.open('c.db')
      expect(() => fresh.exec('CREATE TABLE a (a); CREATE TABLE b (b)')).toThrow(expect.objectContaining({ code: 'SQLITE_FULL' }))
      fresh.close()
      if (driver.inTransaction) driver.exec('ROLLBACK')
      expect(keys(driver)).toEqual([1])
      disk.mend()
      grow()
      disk.fill()
      disk.crash(true)
      expect(keys(open())).toHaveLength(6)
    })

    test.each([false, true])(
      `${POWER_LOSSES} times killed in the middle: what was committed is there, and no half (loss of power: %s)`,
      (power) => {
        for (let i = 0; i < POWER_LOSSES; i++) {
          const one = create(randomOf(`loss ${i}`, 'disk'))
          expect(losses(one, () => open('a.db', one), `loss ${i}`, power)).toBeUndefined()
          one.dispose()
        }
      },
    )

    test('the same seed leaves the same content', () => {
      const run = () => {
        const one = make('again')
        const wrong = losses(one, () => open('a.db', one), 'again', true)
        const driver = open('a.db', one)
        return [wrong, driver.prepare('SELECT * FROM accounts').exact(), driver.prepare('SELECT * FROM transfers').exact()]
      }
      expect(run()).toEqual(run())
    })
  })
}
