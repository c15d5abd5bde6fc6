import { Real, type RowChange } from '@savepoint/core'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Driver } from '../driver/driver.ts'
import { engines } from '../driver/engines.contract.ts'
import type { Capture } from './capture.ts'
import { changesOf, observe } from './observe.contract.ts'

describe.each(engines)('$name: capture of keys and values', ({ open }) => {
  let driver: Driver
  let capture: Capture

  beforeEach(async () => {
    driver = await open()
    return () => driver.close()
  })

  const setUp = (schema: string, rows?: string): void => {
    capture = observe(driver, schema, rows)
  }
  const changes = (...statements: string[]): RowChange[] => changesOf(driver, capture, statements)

  test('WITHOUT ROWID, and keys of several columns in their own order', () => {
    setUp('CREATE TABLE t (v, b TEXT, a INTEGER, PRIMARY KEY (a, b)) WITHOUT ROWID', "INSERT INTO t VALUES (1.5, 'x', 1)")
    expect(changes("INSERT INTO t VALUES (NULL, 'y', 1)", "UPDATE t SET v = 2 WHERE b = 'x'")).toStrictEqual([
      { table: 't', pk: [1, 'y'], after: [null, 'y', 1] },
      { table: 't', pk: [1, 'x'], before: [1.5, 'x', 1], after: [2, 'x', 1] },
    ])
    expect(changes('DELETE FROM t')).toHaveLength(2)
  })

  test('an update of a key is a delete and an insert', () => {
    setUp(
      'CREATE TABLE t (id TEXT PRIMARY KEY NOT NULL, a); CREATE TABLE r (id INTEGER PRIMARY KEY, a)',
      "INSERT INTO t VALUES ('x', 1); INSERT INTO r VALUES (1, 1), (2, 2)",
    )
    expect(
      changes(
        "UPDATE t SET id = 'y'",
        'UPDATE r SET rowid = 7 WHERE id = 1',
        'UPDATE r SET id = 8 WHERE id = 2',
        'UPDATE r SET id = 2 WHERE id = 8',
      ),
    ).toStrictEqual([
      { table: 'r', pk: [1], before: [1, 1] },
      { table: 'r', pk: [7], after: [7, 1] },
      { table: 't', pk: ['x'], before: ['x', 1] },
      { table: 't', pk: ['y'], after: ['y', 1] },
    ])
  })

  test('keys that swap', () => {
    setUp('CREATE TABLE t (id INTEGER PRIMARY KEY, a)', 'INSERT INTO t VALUES (1, 10), (2, 20)')
    expect(changes('UPDATE t SET id = -id', 'UPDATE t SET id = 3 + id')).toStrictEqual([
      { table: 't', pk: [1], before: [1, 10], after: [1, 20] },
      { table: 't', pk: [2], before: [2, 20], after: [2, 10] },
    ])
  })

  test('values are exact', () => {
    setUp('CREATE TABLE t (id INTEGER PRIMARY KEY, a, b, c, d, e, f)')
    driver.prepare('SELECT 1').finalize()
    const row = [1, 2n ** 63n - 1n, new Real(1), 'a\0b', new Uint8Array([0, 255]), null, -(2n ** 60n)]
    capture.begin()
    driver.prepare('INSERT INTO t VALUES (?, ?, ?, ?, ?, ?, ?)').run(row)
    expect(capture.end()).toStrictEqual([{ table: 't', pk: [1], after: row }])
    expect(changes("UPDATE t SET a = 0, b = 1, c = 'a', d = x'', e = 1.5")).toStrictEqual([
      { table: 't', pk: [1], before: row, after: [1, 0, 1, 'a', new Uint8Array(), 1.5, -(2n ** 60n)] },
    ])
    expect(changes('UPDATE t SET b = 1.0')).toStrictEqual([
      {
        table: 't',
        pk: [1],
        before: [1, 0, 1, 'a', new Uint8Array(), 1.5, -(2n ** 60n)],
        after: [1, 0, new Real(1), 'a', new Uint8Array(), 1.5, -(2n ** 60n)],
      },
    ])
  })

  test('keys of every kind', () => {
    setUp('CREATE TABLE t (id NOT NULL PRIMARY KEY, a)')
    const keys = [2n ** 63n - 1n, new Real(2), 2.5, 'a\0b', new Uint8Array([0, 255]), '', 3]
    capture.begin()
    const insert = driver.prepare('INSERT INTO t VALUES (?, 1)')
    for (const key of keys) insert.run([key])
    expect(capture.end()).toStrictEqual(keys.map((key) => ({ table: 't', pk: [key], after: [key, 1] })))
    const before = changes('UPDATE t SET a = 2')
    expect(before.map((change) => change.pk[0])).toStrictEqual(keys)
  })

  test('keys that SQL holds to be equal are different keys', () => {
    setUp(
      'CREATE TABLE t (id TEXT COLLATE NOCASE PRIMARY KEY NOT NULL, a); CREATE TABLE u (id PRIMARY KEY NOT NULL)',
      "INSERT INTO t VALUES ('a', 1); INSERT INTO u VALUES (1)",
    )
    expect(changes("UPDATE t SET id = 'A'", 'UPDATE u SET id = 1.0')).toStrictEqual([
      { table: 't', pk: ['a'], before: ['a', 1] },
      { table: 't', pk: ['A'], after: ['A', 1] },
      { table: 'u', pk: [1], before: [1] },
      { table: 'u', pk: [new Real(1)], after: [new Real(1)] },
    ])
    expect(changes("REPLACE INTO t VALUES ('a', 2)")).toStrictEqual([
      { table: 't', pk: ['A'], before: ['A', 1] },
      { table: 't', pk: ['a'], after: ['a', 2] },
    ])
  })

  test('a NULL key fails as NOT NULL does, and the whole statement with it', () => {
    setUp('CREATE TABLE t (id TEXT PRIMARY KEY, a); CREATE TABLE "o\'x" (a, b, PRIMARY KEY (a, b))', "INSERT INTO t VALUES ('a', 1)")
    capture.begin()
    for (const policy of ['ABORT', 'FAIL', 'IGNORE', 'REPLACE']) {
      expect(() => driver.exec(`INSERT OR ${policy} INTO t VALUES ('b', 1), (NULL, 2)`)).toThrow('NOT NULL constraint failed: t.id')
      expect(() => driver.exec(`UPDATE OR ${policy} t SET id = NULL`)).toThrow('NOT NULL constraint failed: t.id')
    }
    expect(() => driver.exec(`INSERT INTO "o'x" VALUES (1, NULL)`)).toThrow("NOT NULL constraint failed: o'x.b")
    expect(capture.end()).toStrictEqual([])
    expect(driver.prepare('SELECT * FROM t').exact()).toStrictEqual([['a', 1]])
  })

  test('a key that is not valid UTF-8 cannot be carried to another side', () => {
    setUp('CREATE TABLE t (id TEXT PRIMARY KEY NOT NULL, a)')
    expect(changes("INSERT INTO t VALUES ('\uFFFD', CAST(x'ff' AS TEXT))")).toStrictEqual([
      { table: 't', pk: ['\uFFFD'], after: ['\uFFFD', '\uFFFD'] },
    ])
    driver.exec('BEGIN')
    capture.begin()
    driver.exec("INSERT INTO t VALUES (CAST(x'61ff' AS TEXT), 1)")
    expect(() => capture.end()).toThrow('not valid UTF-8')
    driver.exec('ROLLBACK')
    capture.discard()
    expect(changes('DELETE FROM t')).toHaveLength(1)
  })

  test('200 columns', () => {
    const names = Array.from({ length: 200 }, (_, i) => `c${i}`)
    setUp(`CREATE TABLE t (${names.join(', ')}, PRIMARY KEY (c199, c0))`, `INSERT INTO t VALUES (${names.map((_, i) => i).join(', ')})`)
    const row = names.map((_, i) => i)
    expect(changes("UPDATE t SET c100 = 'x'")).toStrictEqual([
      { table: 't', pk: [199, 0], before: row, after: row.with(100, 'x' as never) },
    ])
    expect(changes('UPDATE t SET c199 = 1')).toHaveLength(2)
    expect(changes('DELETE FROM t')).toHaveLength(1)
  })

  test('names that need quotes, and that are keywords', () => {
    setUp('CREATE TABLE "select ""x""" ("a b" TEXT PRIMARY KEY NOT NULL, "from" INTEGER)')
    expect(changes('INSERT INTO "select ""x""" VALUES (\'k\', 1)')).toStrictEqual([{ table: 'select "x"', pk: ['k'], after: ['k', 1] }])
  })
})
