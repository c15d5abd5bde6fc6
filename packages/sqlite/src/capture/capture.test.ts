import { Real, type RowChange } from '@savepoint/core'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Driver } from '../driver/driver.ts'
import { engines } from '../driver/engines.contract.ts'
import { createSchema } from '../schema/create-schema.ts'
import { inspectSchema } from '../schema/inspect-schema.ts'
import { Capture } from './capture.ts'

describe.each(engines)('$name: capture', ({ open }) => {
  let driver: Driver
  let capture: Capture

  beforeEach(async () => {
    driver = await open()
    return () => driver.close()
  })

  /** Makes the schema and its first rows, which are not captured. */
  function setUp(schema: string, rows = ''): void {
    createSchema(driver, schema)
    driver.exec(rows)
    capture = Capture.install(driver, inspectSchema(driver, { derived: [] }).tables)
  }

  /** The changes of one mutation that runs these statements. */
  function changes(...statements: string[]): RowChange[] {
    capture.begin()
    for (const sql of statements) driver.exec(sql)
    return capture.end()
  }

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
    expect(changes("INSERT INTO t VALUES (5, 'five'), (6, 'six')", 'UPDATE OR REPLACE t SET id = 6 WHERE id = 5')).toStrictEqual([{ table: 't', pk: [6], after: [6, 'five'] }])
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

  test('WITHOUT ROWID, and keys of several columns in their own order', () => {
    setUp('CREATE TABLE t (v, b TEXT, a INTEGER, PRIMARY KEY (a, b)) WITHOUT ROWID', "INSERT INTO t VALUES (1.5, 'x', 1)")
    expect(changes("INSERT INTO t VALUES (NULL, 'y', 1)", 'UPDATE t SET v = 2 WHERE b = \'x\'')).toStrictEqual([
      { table: 't', pk: [1, 'y'], after: [null, 'y', 1] },
      { table: 't', pk: [1, 'x'], before: [1.5, 'x', 1], after: [2, 'x', 1] },
    ])
    expect(changes('DELETE FROM t')).toHaveLength(2)
  })

  test('an update of a key is a delete and an insert', () => {
    setUp('CREATE TABLE t (id TEXT PRIMARY KEY NOT NULL, a); CREATE TABLE r (id INTEGER PRIMARY KEY, a)', "INSERT INTO t VALUES ('x', 1); INSERT INTO r VALUES (1, 1), (2, 2)")
    expect(changes("UPDATE t SET id = 'y'", 'UPDATE r SET rowid = 7 WHERE id = 1', 'UPDATE r SET id = 8 WHERE id = 2', 'UPDATE r SET id = 2 WHERE id = 8')).toStrictEqual([
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
    const net = changes('BEGIN', 'SAVEPOINT s', 'UPDATE t SET a = 9', 'DELETE FROM t WHERE id = 2', 'INSERT INTO t VALUES (3, 3)', 'ROLLBACK TO s', 'UPDATE t SET a = 5 WHERE id = 1')
    expect(net).toStrictEqual([{ table: 't', pk: [1], before: [1, 1], after: [1, 5] }])
    driver.exec('COMMIT')
  })

  test.each([
    ['ABORT', [[1, 1]]],
    ['IGNORE', [[1, 1], [2, 5], [3, 3]]],
    ['FAIL', [[1, 1], [2, 5]]],
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
      { table: 't', pk: [1], before: [1, 0, 1, 'a', new Uint8Array(), 1.5, -(2n ** 60n)], after: [1, 0, new Real(1), 'a', new Uint8Array(), 1.5, -(2n ** 60n)] },
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
    setUp('CREATE TABLE t (id TEXT COLLATE NOCASE PRIMARY KEY NOT NULL, a); CREATE TABLE u (id PRIMARY KEY NOT NULL)', "INSERT INTO t VALUES ('a', 1); INSERT INTO u VALUES (1)")
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
    setUp("CREATE TABLE t (id TEXT PRIMARY KEY, a); CREATE TABLE \"o'x\" (a, b, PRIMARY KEY (a, b))", "INSERT INTO t VALUES ('a', 1)")
    capture.begin()
    for (const policy of ['ABORT', 'FAIL', 'IGNORE', 'REPLACE']) {
      expect(() => driver.exec(`INSERT OR ${policy} INTO t VALUES ('b', 1), (NULL, 2)`)).toThrow('NOT NULL constraint failed: t.id')
      expect(() => driver.exec(`UPDATE OR ${policy} t SET id = NULL`)).toThrow('NOT NULL constraint failed: t.id')
    }
    expect(() => driver.exec(`INSERT INTO "o'x" VALUES (1, NULL)`)).toThrow("NOT NULL constraint failed: o'x.b")
    expect(capture.end()).toStrictEqual([])
    expect(driver.prepare('SELECT * FROM t').exact()).toStrictEqual([['a', 1]])
  })

  test('sqlite_sequence is part of the content', () => {
    setUp('CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a UNIQUE); CREATE TABLE u (id INTEGER PRIMARY KEY AUTOINCREMENT)', "INSERT INTO t VALUES (1, 'x')")
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

  test('while paused nothing is seen', () => {
    setUp('CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT)')
    capture.begin()
    expect(capture.pause(() => driver.exec('INSERT INTO t DEFAULT VALUES'))).toBe(undefined)
    capture.begin()
    expect(capture.end()).toStrictEqual([])
  })

  test('200 columns', () => {
    const names = Array.from({ length: 200 }, (_, i) => `c${i}`)
    setUp(`CREATE TABLE t (${names.join(', ')}, PRIMARY KEY (c199, c0))`, `INSERT INTO t VALUES (${names.map((_, i) => i).join(', ')})`)
    const row = names.map((_, i) => i)
    expect(changes('UPDATE t SET c100 = \'x\'')).toStrictEqual([{ table: 't', pk: [199, 0], before: row, after: row.with(100, 'x' as never) }])
    expect(changes('UPDATE t SET c199 = 1')).toHaveLength(2)
    expect(changes('DELETE FROM t')).toHaveLength(1)
  })

  test('names that need quotes, and that are keywords', () => {
    setUp('CREATE TABLE "select ""x""" ("a b" TEXT PRIMARY KEY NOT NULL, "from" INTEGER)')
    expect(changes('INSERT INTO "select ""x""" VALUES (\'k\', 1)')).toStrictEqual([{ table: 'select "x"', pk: ['k'], after: ['k', 1] }])
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
