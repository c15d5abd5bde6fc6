import { type Patch, Real } from '@savepoint/core'
import { beforeEach, describe, expect, test } from 'vitest'
import { Capture } from '../capture/capture.ts'
import type { Digest } from '../digest/digest.ts'
import { digestOf } from '../digest/digest-of.ts'
import type { Driver } from '../driver/driver.ts'
import { engines, plainWaSqlite } from '../driver/engines.contract.ts'
import { createSchema } from '../schema/create-schema.ts'
import { inspectSchema } from '../schema/inspect-schema.ts'
import type { SyncedTable } from '../schema/synced-table.ts'
import { PatchApplier } from './patch-applier.ts'
import { PatchError } from './patch-error.ts'

describe.each(engines)('$name: applying patches', ({ open, name }) => {
  let driver: Driver
  let tables: readonly SyncedTable[]
  let applier: PatchApplier

  beforeEach(async () => {
    driver = await open()
    return () => driver.close()
  })

  function setUp(schema: string, rows = '', derived: string[] = []): void {
    createSchema(driver, schema)
    driver.exec(rows)
    tables = inspectSchema(driver, { derived }).tables
    applier = new PatchApplier(driver, tables)
    driver.exec('PRAGMA foreign_keys = OFF')
  }

  /** Applies in a transaction, and checks that the digest's change is the true one. */
  function apply(patch: Patch): Digest {
    const digest = digestOf(driver, tables)
    driver.exec('BEGIN')
    try {
      const delta = applier.apply(patch)
      driver.exec('COMMIT')
      digest.merge(delta)
      expect(digest.toString()).toBe(digestOf(driver, tables).toString())
      return delta
    } finally {
      if (driver.inTransaction) driver.exec('ROLLBACK')
    }
  }

  const rows = (sql: string) => driver.prepare(sql).exact()

  test('puts insert or update, deletes delete', () => {
    setUp('CREATE TABLE t (a, id INTEGER PRIMARY KEY, b)', 'INSERT INTO t VALUES (1, 1, 1), (2, 2, 2), (3, 3, 3)')
    apply([{ table: 't', puts: [[1, 1, 9], ['x', 4, new Real(4)]], deletes: [[2]] }])
    expect(rows('SELECT * FROM t')).toStrictEqual([[1, 1, 9], [3, 3, 3], ['x', 4, new Real(4)]])
  })

  test('a patch applied twice changes nothing the second time', () => {
    setUp('CREATE TABLE t (id INTEGER PRIMARY KEY, a)', 'INSERT INTO t VALUES (1, 1), (2, 2)')
    const patch: Patch = [{ table: 't', puts: [[1, 9], [3, 3]], deletes: [[2], [7]] }]
    expect(apply(patch).toString()).not.toBe('0000000000000000')
    expect(apply(patch).toString()).toBe('0000000000000000')
    expect(rows('SELECT * FROM t')).toStrictEqual([[1, 9], [3, 3]])
  })

  test('UNIQUE values that swap, or that another row gives up', () => {
    setUp(
      'CREATE TABLE t (id INTEGER PRIMARY KEY, a UNIQUE, b, c, UNIQUE (b, c)); CREATE UNIQUE INDEX p ON t (c) WHERE b > 5',
      'INSERT INTO t VALUES (1, 1, 1, 1), (2, 2, 2, 2), (3, 3, 3, 3), (4, 4, 6, 7)',
    )
    apply([{ table: 't', puts: [[1, 2, 1, 1], [2, 1, 2, 2], [3, 3, 6, 7], [4, 4, 1, 7], [5, 6, 6, 6]], deletes: [] }])
    apply([{ table: 't', puts: [[1, 6, 6, 6]], deletes: [[5]] }])
    expect(rows('SELECT * FROM t')).toStrictEqual([[1, 6, 6, 6], [2, 1, 2, 2], [3, 3, 6, 7], [4, 4, 1, 7]])
  })

  test('keys that SQL holds to be equal', () => {
    setUp("CREATE TABLE t (id TEXT COLLATE NOCASE PRIMARY KEY NOT NULL, a)", "INSERT INTO t VALUES ('a', 1)")
    apply([{ table: 't', puts: [['A', 1]], deletes: [['a']] }])
    apply([{ table: 't', puts: [], deletes: [['a']] }])
    expect(rows('SELECT * FROM t')).toStrictEqual([['A', 1]])
  })

  test('a row that this database should not have is an error, not a replacement', () => {
    setUp('CREATE TABLE t (id INTEGER PRIMARY KEY, a UNIQUE ON CONFLICT REPLACE)', "INSERT INTO t VALUES (1, 'x')")
    expect(() => apply([{ table: 't', puts: [[2, 'x']], deletes: [] }])).toThrow('UNIQUE')
    expect(rows('SELECT * FROM t')).toStrictEqual([[1, 'x']])
  })

  test('generated columns, WITHOUT ROWID, a key that is the whole row', () => {
    setUp(
      `CREATE TABLE g (s AS (a + 1) STORED UNIQUE, id INTEGER PRIMARY KEY, v AS (a * 2), a);
      CREATE TABLE w (b, a, c, PRIMARY KEY (a, b)) WITHOUT ROWID; CREATE TABLE k (a, b, PRIMARY KEY (b, a))`,
      "INSERT INTO g (id, a) VALUES (1, 1), (2, 2); INSERT INTO w VALUES (1, 'x', 1)",
    )
    apply([
      { table: 'g', puts: [[1, 2], [2, 1]], deletes: [] },
      { table: 'w', puts: [[1, 'x', 2], [2, 'x', 3]], deletes: [] },
      { table: 'k', puts: [[1, 2]], deletes: [[3, 4]] },
    ])
    expect(rows('SELECT * FROM g')).toStrictEqual([[3, 1, 4, 2], [2, 2, 2, 1]])
    expect(rows('SELECT * FROM w')).toStrictEqual([[1, 'x', 2], [2, 'x', 3]])
    expect(rows('SELECT * FROM k')).toStrictEqual([[1, 2]])
    apply([{ table: 'k', puts: [], deletes: [[2, 1]] }])
    expect(rows('SELECT * FROM k')).toStrictEqual([])
  })

  test('foreign keys do not act', () => {
    setUp(
      'CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (id INTEGER PRIMARY KEY, p REFERENCES p ON DELETE CASCADE); CREATE TABLE o (id INTEGER PRIMARY KEY)',
      'INSERT INTO p VALUES (1); INSERT INTO c VALUES (1, 1), (2, 1)',
    )
    const patch: Patch = [
      { table: 'c', puts: [[1, 3]], deletes: [] },
      { table: 'p', puts: [[3]], deletes: [[1]] },
    ]
    driver.exec('PRAGMA foreign_keys = ON')
    expect(applier.needsForeignKeysOff(patch)).toBe(true)
    expect(applier.needsForeignKeysOff([{ table: 'o', puts: [[1]], deletes: [] }])).toBe(false)
    expect(() => apply(patch)).toThrow('foreign keys are on')
    apply([{ table: 'o', puts: [[1]], deletes: [] }])
    driver.exec('PRAGMA foreign_keys = OFF')
    apply(patch)
    expect(rows('SELECT * FROM c')).toStrictEqual([[1, 3], [2, 1]])
  })

  const TRIGGERS = `CREATE TABLE t (id INTEGER PRIMARY KEY, a); CREATE TABLE log (id INTEGER PRIMARY KEY, what); CREATE TABLE d (what);
    CREATE TRIGGER d1 AFTER INSERT ON t BEGIN INSERT INTO d VALUES ('d1 ' || NEW.id); END;
    CREATE TRIGGER l1 AFTER INSERT ON t BEGIN INSERT INTO log (what) VALUES ('l1'); END; -- and
    CREATE TRIGGER d2 AFTER INSERT ON t BEGIN INSERT INTO d VALUES ('d2 ' || NEW.id); END;
    CREATE TRIGGER l2 BEFORE UPDATE ON t BEGIN SELECT RAISE(ABORT, 'no') WHERE NEW.a IS NULL; END;
    CREATE TRIGGER d3 AFTER UPDATE OF a ON t BEGIN INSERT INTO d VALUES ('d3 ' || OLD.a || ' ' || NEW.a); END /* so */`
  const triggerNames = "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' ORDER BY rowid"

  test('of the triggers only those fire that write derived tables, and all are as before', () => {
    setUp(TRIGGERS, "INSERT INTO t VALUES (1, 'x'); DELETE FROM d; DELETE FROM log", ['d'])
    const before = rows(triggerNames)
    apply([{ table: 't', puts: [[1, 'y'], [2, null]], deletes: [] }])
    expect(rows('SELECT what FROM d')).toStrictEqual([['d3 x y'], ['d2 2'], ['d1 2']])
    expect(rows('SELECT * FROM log')).toStrictEqual([])
    expect(rows(triggerNames)).toStrictEqual(before)
    driver.exec("DELETE FROM d; INSERT INTO t VALUES (5, 'q')")
    expect(rows('SELECT what FROM d')).toStrictEqual([['d2 5'], ['d1 5']])
    expect(rows('SELECT what FROM log')).toStrictEqual([['l1']])
    expect(() => driver.exec('UPDATE t SET a = NULL')).toThrow('no')
  })

  test('a patch that fails leaves the triggers as they were, once rolled back', () => {
    setUp(TRIGGERS, '', ['d'])
    driver.exec('CREATE UNIQUE INDEX u ON t (a)')
    driver.exec("INSERT INTO t VALUES (1, 'x')")
    const before = rows(triggerNames)
    expect(() => apply([{ table: 't', puts: [[2, 'x']], deletes: [] }])).toThrow('UNIQUE')
    expect(rows(triggerNames)).toStrictEqual(before)
    expect(() => driver.exec('UPDATE t SET a = NULL')).toThrow('no')
  })

  test('sqlite_sequence ends as on the other side', () => {
    setUp('CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT); CREATE TABLE u (id INTEGER PRIMARY KEY AUTOINCREMENT)', 'INSERT INTO t VALUES (5)')
    const sequences = () => rows('SELECT name, seq FROM sqlite_sequence ORDER BY name')
    apply([{ table: 't', puts: [[7]], deletes: [] }, { table: 'sqlite_sequence', puts: [['t', 9]], deletes: [] }])
    expect(sequences()).toStrictEqual([['t', 9]])
    apply([{ table: 't', puts: [[20]], deletes: [[5]] }, { table: 'u', puts: [[1]], deletes: [] }])
    expect(sequences()).toStrictEqual([['t', 9]])
    apply([{ table: 'sqlite_sequence', puts: [['u', 3]], deletes: [['t']] }])
    expect(sequences()).toStrictEqual([['u', 3]])
    apply([{ table: 't', puts: [[30]], deletes: [] }, { table: 'sqlite_sequence', puts: [['t', 30]], deletes: [['u']] }])
    expect(sequences()).toStrictEqual([['t', 30]])
  })

  test('capture does not see it', () => {
    setUp('CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a)', 'INSERT INTO t VALUES (1, 1)')
    const capture = Capture.install(driver, tables)
    applier = new PatchApplier(driver, tables, capture)
    capture.begin()
    apply([{ table: 't', puts: [[1, 2], [2, 2]], deletes: [] }, { table: 'sqlite_sequence', puts: [['t', 2]], deletes: [] }])
    capture.begin()
    driver.exec('INSERT INTO t (a) VALUES (3)')
    expect(capture.end()).toStrictEqual([
      { table: 't', pk: [3], after: [3, 3] },
      { table: 'sqlite_sequence', pk: ['t'], before: ['t', 2], after: ['t', 3] },
    ])
  })

  test('rows of 200 columns, and more kinds of updates than statements are kept for', () => {
    const names = Array.from({ length: 200 }, (_, i) => `c${i}`)
    setUp(`CREATE TABLE t (${names.join(', ')}, PRIMARY KEY (c0))`)
    const row = names.map((_, i) => i)
    for (let i = 0; i < 199; i++) {
      apply([{ table: 't', puts: [row.map((value, at) => (at === 1 + i ? -value : value))], deletes: [] }])
      apply([{ table: 't', puts: [row], deletes: [] }])
    }
    expect(rows('SELECT * FROM t')).toStrictEqual([row])
  })

  test('patches that do not fit are refused before anything is written', () => {
    setUp('CREATE TABLE t (id TEXT PRIMARY KEY, a); CREATE TABLE q (id INTEGER PRIMARY KEY AUTOINCREMENT)')
    const first = { table: 't', puts: [['x', 1]], deletes: [] }
    for (const bad of [
      { table: 'none', puts: [], deletes: [] },
      { table: 't', puts: [['x']], deletes: [] },
      { table: 't', puts: [[null, 1]], deletes: [] },
      { table: 't', puts: [], deletes: [['x', 'y']] },
      { table: 't', puts: [], deletes: [[null]] },
      { table: 'sqlite_sequence', puts: [['t', 1]], deletes: [] },
      { table: 'sqlite_sequence', puts: [], deletes: [['none']] },
    ]) {
      expect(() => apply([first, bad])).toThrow(PatchError)
    }
    expect(() => applier.apply([first])).toThrow('transaction')
    expect(rows('SELECT * FROM t')).toStrictEqual([])
  })

  test.skipIf(name === plainWaSqlite.name)('full-text search follows', () => {
    setUp(
      `CREATE TABLE t (id INTEGER PRIMARY KEY, body TEXT, n); CREATE VIRTUAL TABLE f USING fts5(body, content=t, content_rowid=id);
      CREATE TRIGGER i AFTER INSERT ON t BEGIN INSERT INTO f (rowid, body) VALUES (NEW.id, NEW.body); END;
      CREATE TRIGGER u AFTER UPDATE OF body ON t BEGIN
        INSERT INTO f (f, rowid, body) VALUES ('delete', OLD.id, OLD.body); INSERT INTO f (rowid, body) VALUES (NEW.id, NEW.body); END;
      CREATE TRIGGER d AFTER DELETE ON t BEGIN INSERT INTO f (f, rowid, body) VALUES ('delete', OLD.id, OLD.body); END`,
      "INSERT INTO t VALUES (1, 'red fox', 1), (2, 'blue fox', 2), (3, 'green frog', 3)",
    )
    apply([{ table: 't', puts: [[1, 'red frog', 1], [3, 'green frog', 9], [4, 'white fox', 4]], deletes: [[2]] }])
    expect(rows("SELECT rowid FROM f('fox') ORDER BY rowid")).toStrictEqual([[4]])
    expect(rows("SELECT rowid FROM f('frog') ORDER BY rowid")).toStrictEqual([[1], [3]])
    driver.exec("INSERT INTO f (f, rank) VALUES ('integrity-check', 1)")
  })
})
