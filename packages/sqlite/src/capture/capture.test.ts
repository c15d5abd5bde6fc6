import type { RowChange } from '@savepoint/core'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Driver } from '../driver/driver.ts'
import { engines } from '../driver/engines.contract.ts'
import { inspectSchema } from '../schema/inspect-schema.ts'
import { Capture } from './capture.ts'
import { changesOf, observe } from './observe.contract.ts'

describe.each(engines)('$name: capture', ({ open }) => {
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

  test('an insert has no before, a delete no after, an update both', () => {
    setUp('CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)', "INSERT INTO t VALUES (1, 'x'), (2, 'y')")
    expect(changes("INSERT INTO t VALUES (3, 'z')", 'DELETE FROM t WHERE id = 1', "UPDATE t SET a = 'q' WHERE id = 2")).toStrictEqual([
      { table: 't', pk: [3], after: [3, 'z'] },
      { table: 't', pk: [1], before: [1, 'x'] },
      { table: 't', pk: [2], before: [2, 'y'], after: [2, 'q'] },
    ])
    expect(changes('SELECT 1')).toStrictEqual([])
  })

  test('several writes of one row are one change, and none if it ends as it began', () => {
    setUp('CREATE TABLE t (id INTEGER PRIMARY KEY, a)', 'INSERT INTO t VALUES (1, 1), (2, 2)')
    const net = changes(
      'UPDATE t SET a = a + 1',
      'UPDATE t SET a = a + 1 WHERE id = 1',
      'UPDATE t SET a = a - 1 WHERE id = 2',
      'INSERT INTO t VALUES (3, 3)',
      'DELETE FROM t WHERE id = 3',
      'DELETE FROM t WHERE id = 1',
      'INSERT INTO t VALUES (1, 10)',
    )
    expect(net).toStrictEqual([{ table: 't', pk: [1], before: [1, 1], after: [1, 10] }])
  })

  test('REPLACE shows the rows that it takes away, by its key and by UNIQUE', () => {
    setUp('CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT UNIQUE)', "INSERT INTO t VALUES (1, 'x'), (2, 'y'), (3, 'z')")
    expect(changes("REPLACE INTO t VALUES (1, 'y')")).toStrictEqual([
      { table: 't', pk: [1], before: [1, 'x'], after: [1, 'y'] },
      { table: 't', pk: [2], before: [2, 'y'] },
    ])
    expect(changes("UPDATE OR REPLACE t SET a = 'z' WHERE id = 1")).toStrictEqual([
      { table: 't', pk: [1], before: [1, 'y'], after: [1, 'z'] },
      { table: 't', pk: [3], before: [3, 'z'] },
    ])
    expect(changes("INSERT INTO t VALUES (5, 'five'), (6, 'six')", 'UPDATE OR REPLACE t SET id = 6 WHERE id = 5')).toStrictEqual([
      { table: 't', pk: [6], after: [6, 'five'] },
    ])
    expect(changes('UPDATE OR REPLACE t SET rowid = 6 WHERE id = 1')).toStrictEqual([
      { table: 't', pk: [1], before: [1, 'z'] },
      { table: 't', pk: [6], before: [6, 'five'], after: [6, 'z'] },
    ])
  })

  test('ON CONFLICT REPLACE in the schema is seen as well', () => {
    setUp('CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT UNIQUE ON CONFLICT REPLACE)', "INSERT INTO t VALUES (1, 'x')")
    expect(changes("INSERT INTO t VALUES (2, 'x')")).toStrictEqual([
      { table: 't', pk: [1], before: [1, 'x'] },
      { table: 't', pk: [2], after: [2, 'x'] },
    ])
  })

  test('an upsert is an insert or an update', () => {
    setUp('CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, n)', "INSERT INTO t VALUES (1, 'x', 1)")
    const upsert = (id: number) => `INSERT INTO t VALUES (${id}, 'q', 0) ON CONFLICT (id) DO UPDATE SET n = n + 1`
    expect(changes(upsert(1), upsert(2), upsert(2))).toStrictEqual([
      { table: 't', pk: [1], before: [1, 'x', 1], after: [1, 'x', 2] },
      { table: 't', pk: [2], after: [2, 'q', 1] },
    ])
  })

  test('foreign keys that cascade', () => {
    setUp(
      `CREATE TABLE p (id INTEGER PRIMARY KEY);
      CREATE TABLE a (id INTEGER PRIMARY KEY, p REFERENCES p (id) ON DELETE CASCADE ON UPDATE CASCADE);
      CREATE TABLE b (id INTEGER PRIMARY KEY, p REFERENCES p (id) ON DELETE SET NULL);
      CREATE TABLE c (id INTEGER PRIMARY KEY, p DEFAULT 2 REFERENCES p (id) ON DELETE SET DEFAULT);`,
      'INSERT INTO p VALUES (1), (2); INSERT INTO a VALUES (10, 1), (11, 2); INSERT INTO b VALUES (20, 1); INSERT INTO c VALUES (30, 1)',
    )
    expect(changes('DELETE FROM p WHERE id = 1')).toStrictEqual([
      { table: 'a', pk: [10], before: [10, 1] },
      { table: 'b', pk: [20], before: [20, 1], after: [20, null] },
      { table: 'c', pk: [30], before: [30, 1], after: [30, 2] },
      { table: 'p', pk: [1], before: [1] },
    ])
    expect(changes('DELETE FROM c', 'UPDATE p SET id = 5')).toContainEqual({ table: 'a', pk: [11], before: [11, 2], after: [11, 5] })
  })

  test('a row that references itself and cascades to itself', () => {
    setUp(
      'CREATE TABLE t (id INTEGER PRIMARY KEY, up REFERENCES t (id) ON UPDATE CASCADE ON DELETE SET NULL)',
      'INSERT INTO t VALUES (1, 1), (2, 1)',
    )
    expect(changes('UPDATE t SET id = 3 WHERE id = 1')).toStrictEqual([
      { table: 't', pk: [1], before: [1, 1] },
      { table: 't', pk: [3], after: [3, 3] },
      { table: 't', pk: [2], before: [2, 1], after: [2, 3] },
    ])
    expect(changes('DELETE FROM t WHERE id = 3')).toStrictEqual([
      { table: 't', pk: [3], before: [3, 3] },
      { table: 't', pk: [2], before: [2, 3], after: [2, null] },
    ])
  })

  test('a row that cascades to itself without changing its key', () => {
    setUp('CREATE TABLE t (id INTEGER PRIMARY KEY, u UNIQUE, up REFERENCES t (u) ON UPDATE CASCADE)', 'INSERT INTO t VALUES (1, 10, 10)')
    expect(changes('UPDATE t SET u = 11')).toStrictEqual([{ table: 't', pk: [1], before: [1, 10, 10], after: [1, 11, 11] }])
  })

  test('what the app’s triggers write, also to the row that fired them', () => {
    setUp(
      `CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, n INTEGER DEFAULT 0);
      CREATE TABLE log (id INTEGER PRIMARY KEY, what TEXT);
      CREATE TRIGGER b BEFORE UPDATE OF a ON t BEGIN UPDATE t SET n = n + 1 WHERE id = OLD.id; END;
      CREATE TRIGGER c AFTER UPDATE OF a ON t BEGIN UPDATE t SET n = n + 10 WHERE id = NEW.id; INSERT INTO log (what) VALUES (NEW.a); END;
      CREATE TRIGGER d AFTER INSERT ON t BEGIN UPDATE t SET n = 100 WHERE id = NEW.id; END`,
      "INSERT INTO t VALUES (1, 'x', 0); UPDATE t SET n = 0",
    )
    expect(changes("UPDATE t SET a = 'y'", "INSERT INTO t (id, a) VALUES (2, 'z')")).toStrictEqual([
      { table: 'log', pk: [1], after: [1, 'y'] },
      { table: 't', pk: [1], before: [1, 'x', 0], after: [1, 'y', 11] },
      { table: 't', pk: [2], after: [2, 'z', 100] },
    ])
  })

  test('a view’s INSTEAD OF trigger', () => {
    setUp(
      `CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); CREATE VIEW v AS SELECT a FROM t;
      CREATE TRIGGER i INSTEAD OF INSERT ON v BEGIN INSERT INTO t (a) VALUES (NEW.a); END`,
    )
    expect(changes("INSERT INTO v VALUES ('x')")).toStrictEqual([{ table: 't', pk: [1], after: [1, 'x'] }])
  })

  test('DELETE without WHERE', () => {
    setUp('CREATE TABLE t (id INTEGER PRIMARY KEY)', 'INSERT INTO t VALUES (1), (2), (3)')
    expect(changes('DELETE FROM t')).toHaveLength(3)
  })

  test('generated columns are not part of a row', () => {
    setUp(
      'CREATE TABLE t (a INTEGER, g AS (a * 2), id INTEGER PRIMARY KEY, s AS (a + 1) STORED, b)',
      'INSERT INTO t (a, id, b) VALUES (1, 5, 9)',
    )
    expect(changes('UPDATE t SET a = 2')).toStrictEqual([{ table: 't', pk: [5], before: [1, 5, 9], after: [2, 5, 9] }])
  })

  test('what a savepoint took back is no change', () => {
    setUp('CREATE TABLE t (id INTEGER PRIMARY KEY, a)', 'INSERT INTO t VALUES (1, 1), (2, 2)')
    const net = changes(
      'BEGIN',
      'SAVEPOINT s',
      'UPDATE t SET a = 9',
      'DELETE FROM t WHERE id = 2',
      'INSERT INTO t VALUES (3, 3)',
      'ROLLBACK TO s',
      'UPDATE t SET a = 5 WHERE id = 1',
    )
    expect(net).toStrictEqual([{ table: 't', pk: [1], before: [1, 1], after: [1, 5] }])
    driver.exec('COMMIT')
  })

  test.each([
    ['ABORT', [[1, 1]]],
    [
      'IGNORE',
      [
        [1, 1],
        [2, 5],
        [3, 3],
      ],
    ],
    [
      'FAIL',
      [
        [1, 1],
        [2, 5],
      ],
    ],
  ])('a statement that meets a conflict with OR %s', (policy, rows) => {
    setUp('CREATE TABLE t (id INTEGER PRIMARY KEY, a CHECK (a < 10))', 'INSERT INTO t VALUES (1, 1)')
    capture.begin()
    try {
      driver.exec(`INSERT OR ${policy} INTO t VALUES (2, 5), (1, 6), (3, 3)`)
    } catch (error) {
      expect((error as Error).message).toContain('UNIQUE')
    }
    expect(capture.end().map((change) => change.after)).toStrictEqual(rows.slice(1))
    expect(driver.prepare('SELECT * FROM t').exact()).toStrictEqual(rows)
  })

  test('a discarded mutation leaves nothing behind', () => {
    setUp('CREATE TABLE t (id INTEGER PRIMARY KEY, a)')
    driver.exec('BEGIN')
    capture.begin()
    driver.exec('INSERT INTO t VALUES (1, 1)')
    driver.exec('ROLLBACK')
    capture.discard()
    driver.exec('INSERT INTO t VALUES (1, 1)')
    expect(changes('UPDATE t SET a = 2')).toStrictEqual([{ table: 't', pk: [1], before: [1, 1], after: [1, 2] }])
  })

  test('installing again follows a change of the schema', () => {
    setUp('CREATE TABLE t (id INTEGER PRIMARY KEY, a)', 'INSERT INTO t VALUES (1, 1)')
    capture.uninstall()
    driver.exec('ALTER TABLE t ADD COLUMN b DEFAULT 7; CREATE TABLE u (id INTEGER PRIMARY KEY)')
    capture = Capture.install(driver, inspectSchema(driver, { derived: [] }).tables)
    expect(changes('UPDATE t SET b = 8', 'INSERT INTO u VALUES (1)')).toStrictEqual([
      { table: 't', pk: [1], before: [1, 1, 7], after: [1, 1, 8] },
      { table: 'u', pk: [1], after: [1] },
    ])
    expect(() => {
      driver.exec('BEGIN')
      Capture.install(driver, [])
    }).toThrow('transaction')
  })
})
