import type { RowChange } from '@savepoint/core'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Driver } from '../driver/driver.ts'
import { engines } from '../driver/engines.contract.ts'
import type { Capture } from './capture.ts'
import { changesOf, observe } from './observe.contract.ts'

describe.each(engines)('$name: capture of sequences', ({ open }) => {
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

  test('sqlite_sequence is part of the content', () => {
    setUp(
      'CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a UNIQUE); CREATE TABLE u (id INTEGER PRIMARY KEY AUTOINCREMENT)',
      "INSERT INTO t VALUES (1, 'x')",
    )
    expect(changes("INSERT INTO t (a) VALUES ('y')")).toStrictEqual([
      { table: 't', pk: [2], after: [2, 'y'] },
      { table: 'sqlite_sequence', pk: ['t'], before: ['t', 1], after: ['t', 2] },
    ])
    expect(changes("INSERT INTO t (a) VALUES ('z')", "DELETE FROM t WHERE a = 'z'")).toStrictEqual([
      { table: 'sqlite_sequence', pk: ['t'], before: ['t', 2], after: ['t', 3] },
    ])
    expect(changes('INSERT INTO u DEFAULT VALUES', "DELETE FROM sqlite_sequence WHERE name = 't'")).toStrictEqual([
      { table: 'u', pk: [1], after: [1] },
      { table: 'sqlite_sequence', pk: ['t'], before: ['t', 3] },
      { table: 'sqlite_sequence', pk: ['u'], after: ['u', 1] },
    ])
    expect(changes("UPDATE sqlite_sequence SET seq = 'odd'", "INSERT INTO sqlite_sequence VALUES ('none', 4)")).toStrictEqual([
      { table: 'sqlite_sequence', pk: ['u'], before: ['u', 1], after: ['u', 'odd'] },
    ])
  })

  test('AUTOINCREMENT never comes to its end, where SQLite would take the whole transaction back', () => {
    setUp('CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a UNIQUE)', "INSERT INTO t VALUES (1, 'x')")
    driver.exec('BEGIN')
    capture.begin()
    for (const policy of ['ABORT', 'FAIL', 'IGNORE', 'REPLACE']) {
      expect(() => driver.exec(`INSERT OR ${policy} INTO t VALUES (4611686018427387905, 'x')`)).toThrow('CHECK constraint failed: t.id')
      expect(() => driver.exec(`UPDATE OR ${policy} t SET id = 9223372036854775807`)).toThrow('CHECK constraint failed: t.id')
    }
    driver.exec('INSERT INTO t (a) VALUES (2); INSERT INTO t VALUES (4611686018427387904, 3)')
    expect(capture.end()).toStrictEqual([
      { table: 't', pk: [2], after: [2, 2] },
      { table: 't', pk: [4611686018427387904n], after: [4611686018427387904n, 3] },
      { table: 'sqlite_sequence', pk: ['t'], before: ['t', 1], after: ['t', 4611686018427387904n] },
    ])
    driver.exec('ROLLBACK')
    capture.discard()
  })

  test('after a rollback the sequences are read anew', () => {
    setUp('CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT)')
    driver.exec('BEGIN')
    changes('INSERT INTO t DEFAULT VALUES', 'INSERT INTO t DEFAULT VALUES')
    driver.exec('ROLLBACK')
    capture.discard()
    expect(changes('INSERT INTO t DEFAULT VALUES')).toStrictEqual([
      { table: 't', pk: [1], after: [1] },
      { table: 'sqlite_sequence', pk: ['t'], after: ['t', 1] },
    ])
  })

  test('while paused nothing is seen', () => {
    setUp('CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT)')
    capture.begin()
    expect(capture.pause(() => driver.exec('INSERT INTO t DEFAULT VALUES'))).toBe(undefined)
    capture.begin()
    expect(capture.end()).toStrictEqual([])
  })
})
