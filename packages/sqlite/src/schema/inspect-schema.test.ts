import { beforeEach, describe, expect, test } from 'vitest'
import type { Driver } from '../driver/driver.ts'
import { betterSqlite3, engines } from '../driver/engines.contract.ts'
import { inspectSchema } from './inspect-schema.ts'
import { SchemaError } from './schema-error.ts'
import type { SyncedTable } from './synced-table.ts'

let driver: Driver

function tables(sql: string, derived: string[] = []): readonly SyncedTable[] {
  driver.exec(sql)
  return inspectSchema(driver, { derived }).tables
}

function problems(sql: string, derived: string[] = []): readonly string[] {
  driver.exec(sql)
  try {
    inspectSchema(driver, { derived })
  } catch (error) {
    if (error instanceof SchemaError) return error.problems
    throw error
  }
  return []
}

describe.each(engines)('$name: what a schema holds', ({ open }) => {
  beforeEach(async () => {
    driver = await open()
    return () => driver.close()
  })

  test('columns with affinity, collation and NOT NULL, without generated ones', () => {
    const [table] = tables(`CREATE TABLE t (
      id INTEGER PRIMARY KEY, a VARCHAR(20) COLLATE nocase NOT NULL, b, c BLOB, d DOUBLE, e DECIMAL(10, 2) DEFAULT ('a' COLLATE rtrim),
      g AS (a || 'x') COLLATE NOCASE, h TEXT CHECK (h COLLATE NOCASE <> 'x') COLLATE "RTRIM", s INT AS (id) STORED
    )`)
    expect(table?.columns).toStrictEqual([
      { name: 'id', affinity: 'integer', collation: 'BINARY', notNull: false },
      { name: 'a', affinity: 'text', collation: 'NOCASE', notNull: true },
      { name: 'b', affinity: 'blob', collation: 'BINARY', notNull: false },
      { name: 'c', affinity: 'blob', collation: 'BINARY', notNull: false },
      { name: 'd', affinity: 'real', collation: 'BINARY', notNull: false },
      { name: 'e', affinity: 'numeric', collation: 'BINARY', notNull: false },
      { name: 'h', affinity: 'text', collation: 'RTRIM', notNull: false },
    ])
  })

  test('STRICT tables', () => {
    const [table] = tables('CREATE TABLE t (id INT PRIMARY KEY NOT NULL, a ANY) STRICT')
    expect(table?.columns.map((column) => column.affinity)).toStrictEqual(['integer', 'blob'])
    expect(table?.rowidAlias).toBe(false)
  })

  test('keys of every kind', () => {
    const found = tables(`CREATE TABLE a (x, id INTEGER PRIMARY KEY AUTOINCREMENT); CREATE TABLE b (g AS (x), x, y, PRIMARY KEY (y, x));
      CREATE TABLE c (id INTEGER PRIMARY KEY DESC); CREATE TABLE d (id INTEGER PRIMARY KEY) WITHOUT ROWID;
      CREATE TABLE e (id TEXT PRIMARY KEY); CREATE TABLE f (autoincrement_note TEXT PRIMARY KEY DEFAULT 'AUTOINCREMENT')`)
    expect(
      found.map(({ name, pk, rowidAlias, withoutRowid, autoincrement }) => ({ name, pk, rowidAlias, withoutRowid, autoincrement })),
    ).toStrictEqual([
      { name: 'a', pk: [1], rowidAlias: true, withoutRowid: false, autoincrement: true },
      { name: 'b', pk: [1, 0], rowidAlias: false, withoutRowid: false, autoincrement: false },
      { name: 'c', pk: [0], rowidAlias: false, withoutRowid: false, autoincrement: false },
      { name: 'd', pk: [0], rowidAlias: false, withoutRowid: true, autoincrement: false },
      { name: 'e', pk: [0], rowidAlias: false, withoutRowid: false, autoincrement: false },
      { name: 'f', pk: [0], rowidAlias: false, withoutRowid: false, autoincrement: false },
    ])
  })

  test('UNIQUE sets; all columns where a part of a row decides', () => {
    const [table] = tables(`CREATE TABLE t (id TEXT PRIMARY KEY, a UNIQUE, b, c, g AS (a), UNIQUE (c, b));
      CREATE UNIQUE INDEX p ON t (b) WHERE c > 1; CREATE UNIQUE INDEX e ON t (lower(b)); CREATE UNIQUE INDEX g ON t (g); CREATE INDEX n ON t (c)`)
    expect(table?.uniques.toSorted()).toStrictEqual([[1], [3, 2], 'all', 'all', 'all'])
  })

  test('foreign keys, deferred or not, with the parent’s key filled in', () => {
    const found = tables(`CREATE TABLE Parent (ID INTEGER PRIMARY KEY, a, b, UNIQUE (a, b));
      CREATE TABLE child (id INTEGER PRIMARY KEY, p INT REFERENCES parent NOT NULL DEFERRABLE INITIALLY DEFERRED, q INT REFERENCES parent (id) DEFERRABLE INITIALLY IMMEDIATE,
        x, y, r REFERENCES child (id) NOT DEFERRABLE INITIALLY DEFERRED, FOREIGN KEY (Y, X) REFERENCES PARENT (B, A) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED)`)
    expect(found.find((table) => table.name === 'child')?.foreignKeys.toReversed()).toStrictEqual([
      { columns: ['p'], parent: 'Parent', parentColumns: ['ID'], deferred: true },
      { columns: ['q'], parent: 'Parent', parentColumns: ['ID'], deferred: false },
      { columns: ['r'], parent: 'child', parentColumns: ['id'], deferred: false },
      { columns: ['y', 'x'], parent: 'Parent', parentColumns: ['b', 'a'], deferred: true },
    ])
  })

  test('the app’s triggers, oldest first, and which of them write derived tables only', () => {
    const [table] = tables(
      `CREATE TABLE t (id INTEGER PRIMARY KEY, a); CREATE TABLE u (id INTEGER PRIMARY KEY); CREATE TABLE counts (n);
      CREATE VIEW v AS SELECT n FROM counts;
      CREATE TRIGGER z AFTER INSERT ON t BEGIN INSERT INTO u VALUES (NEW.id) ON CONFLICT DO UPDATE SET id = id; END;
      CREATE TRIGGER c AFTER INSERT ON T BEGIN UPDATE counts SET n = (SELECT count(*) FROM t); DELETE FROM counts WHERE n = 0; END;
      CREATE TRIGGER a BEFORE UPDATE ON t BEGIN SELECT RAISE(ABORT, 'no') WHERE NEW.a IS NULL; END`,
      ['Counts'],
    )
    expect(table?.triggers.map(({ name, derivedOnly }) => `${name} ${derivedOnly}`)).toStrictEqual(['z false', 'c true', 'a false'])
  })

  test('the engine’s and SQLite’s own tables are left out', () => {
    expect(
      tables('CREATE TABLE _savepoint_log (a); CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT); ANALYZE').map((table) => table.name),
    ).toStrictEqual(['t'])
  })
})

describe('with FTS5', () => {
  beforeEach(async () => {
    driver = await betterSqlite3.open()
    return () => driver.close()
  })

  test('virtual tables and their shadows are derived', () => {
    driver.exec('CREATE TABLE t (id INTEGER PRIMARY KEY, a); CREATE VIRTUAL TABLE f USING fts5(a, content=t, content_rowid=id)')
    const { tables, derived } = inspectSchema(driver, { derived: ['f'] })
    expect(tables.map((table) => table.name)).toStrictEqual(['t'])
    expect([...derived].toSorted()).toStrictEqual(['f', 'f_config', 'f_data', 'f_docsize', 'f_idx'])
  })
})

describe('what cannot be synced', () => {
  beforeEach(async () => {
    driver = await betterSqlite3.open()
    return () => driver.close()
  })

  test('everything is told at once, each with how to mend it', () => {
    const error = (() => {
      try {
        tables('CREATE TABLE a (b); CREATE TABLE c (id TEXT PRIMARY KEY ON CONFLICT ROLLBACK); INSERT INTO c VALUES (NULL)', ['missing'])
      } catch (thrown) {
        return thrown as SchemaError
      }
      return undefined
    })()
    expect(error).toBeInstanceOf(SchemaError)
    expect(error?.code).toBe('schema')
    expect(error?.problems).toHaveLength(4)
    for (const problem of error?.problems ?? []) expect(error?.message).toContain(problem)
  })

  const T = 'CREATE TABLE t (id INTEGER PRIMARY KEY, a); CREATE TABLE u (id INTEGER PRIMARY KEY); CREATE TABLE d (n); CREATE TABLE e (n);'
  const D = ['d', 'e']

  test.each<[string, string, string[]]>([
    ['has no PRIMARY KEY', 'CREATE TABLE a (b INTEGER)', []],
    ['is NULL: give them a key', 'CREATE TABLE a (b TEXT PRIMARY KEY); INSERT INTO a VALUES (NULL)', []],
    ['says ON CONFLICT ROLLBACK', 'CREATE TABLE a (b INTEGER PRIMARY KEY, c NOT NULL ON CONFLICT ROLLBACK)', []],
    ['OR ROLLBACK', `${T} CREATE TRIGGER x AFTER INSERT ON t BEGIN UPDATE OR ROLLBACK u SET id = 1; END`, D],
    ['or RAISE(ROLLBACK)', `${T} CREATE TRIGGER x AFTER INSERT ON t BEGIN SELECT RAISE(ROLLBACK, 'no'); END`, D],
    ['names _savepoint_x', 'CREATE VIEW v AS SELECT * FROM _savepoint_x', []],
    ['says ON CONFLICT FAIL', `${T} CREATE TABLE a (b INTEGER PRIMARY KEY ON CONFLICT FAIL)`, D],
    ['RAISE(FAIL)', `${T} CREATE TRIGGER x AFTER INSERT ON t BEGIN SELECT RAISE(FAIL, 'no'); END`, D],
    [
      'make it a BEFORE trigger',
      `${T} CREATE TRIGGER x AFTER INSERT ON t BEGIN SELECT RAISE(IGNORE); END; CREATE TRIGGER y AFTER INSERT ON t BEGIN DELETE FROM d; END`,
      D,
    ],
    ['is temporary', 'CREATE TEMP TABLE a (b)', []],
    ['is temporary', `${T} CREATE TEMP TRIGGER x AFTER INSERT ON t BEGIN DELETE FROM u; END`, D],
    ['is attached', "ATTACH ':memory:' AS other", []],
    ['does not exist', '', ['nothing']],
    ['references b, which is no table', 'CREATE TABLE a (id INTEGER PRIMARY KEY, b REFERENCES b)', []],
    [
      'between columns of other types',
      'CREATE TABLE p (id TEXT PRIMARY KEY); CREATE TABLE c (id INTEGER PRIMARY KEY, p REFERENCES p DEFERRABLE INITIALLY DEFERRED)',
      [],
    ],
    [
      'not as generated columns',
      'CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (id INTEGER PRIMARY KEY, p INT AS (id) REFERENCES p DEFERRABLE INITIALLY DEFERRED)',
      [],
    ],
    ['take the COLLATE off', 'CREATE TABLE t (id TEXT COLLATE NOCASE PRIMARY KEY, p TEXT REFERENCES t DEFERRABLE INITIALLY DEFERRED)', []],
    ['is derived: only synced tables', `${T} CREATE TABLE a (id INTEGER PRIMARY KEY, b REFERENCES d (n))`, D],
    ['derived table b has a foreign key', `${T} CREATE TABLE b (id REFERENCES t)`, [...D, 'b']],
    ['split it into two triggers', `${T} CREATE TRIGGER x AFTER INSERT ON t BEGIN INSERT INTO d VALUES (1); DELETE FROM u; END`, D],
    [
      'split it into two triggers',
      `${T} CREATE VIEW v AS SELECT 1 AS a; CREATE TRIGGER i INSTEAD OF INSERT ON v BEGIN DELETE FROM u; END; CREATE TRIGGER x AFTER INSERT ON t BEGIN INSERT INTO d VALUES (1); INSERT INTO v VALUES (1); END`,
      D,
    ],
    ['on the derived table d writes a synced table', `${T} CREATE TRIGGER x AFTER INSERT ON d BEGIN DELETE FROM u; END`, D],
    [
      'on the view v writes a derived table',
      `${T} CREATE VIEW v AS SELECT 1 AS a; CREATE TRIGGER i INSTEAD OF INSERT ON v BEGIN DELETE FROM d; END`,
      D,
    ],
    ['calls RAISE', `${T} CREATE TRIGGER x AFTER INSERT ON t BEGIN INSERT INTO d VALUES (1); SELECT RAISE(ABORT, 'no'); END`, D],
    ['calls itself without end', `${T} CREATE TRIGGER x AFTER UPDATE ON t BEGIN UPDATE t SET a = 1 WHERE id = NEW.id; END`, D],
    [
      'calls itself without end',
      `${T} CREATE TRIGGER x AFTER UPDATE OF a ON t BEGIN UPDATE t SET id = 2, a = 1 WHERE OLD.rowid = t.id; END`,
      D,
    ],
    [
      'writes sqlite_sequence',
      'CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT); CREATE TRIGGER x AFTER INSERT ON t BEGIN DELETE FROM sqlite_sequence; END',
      [],
    ],
    ['calls itself without end', `${T} CREATE TRIGGER x AFTER UPDATE ON t BEGIN UPDATE t SET a = 1; END`, D],
  ])('%s', (problem, sql, derived) => {
    const found = problems(sql, derived)
    expect(found).toHaveLength(1)
    expect(found[0]).toContain(problem)
  })

  test.each([
    'CREATE TRIGGER x AFTER UPDATE ON t WHEN NEW.a IS OLD.a BEGIN UPDATE t SET a = 1 WHERE id = NEW.id; END',
    'CREATE TRIGGER x AFTER UPDATE OF id ON t BEGIN UPDATE t SET a = 1 WHERE id = NEW.id; END',
    'CREATE TRIGGER x AFTER INSERT ON t BEGIN UPDATE t SET a = 1 WHERE id = NEW.id; END',
    'CREATE TRIGGER x AFTER UPDATE ON t BEGIN UPDATE t SET a = NEW.id WHERE a = OLD.id; END',
    'CREATE TRIGGER x AFTER UPDATE ON t BEGIN UPDATE t SET a = 1 WHERE id = NEW.id AND a <> 1; END',
    'CREATE TRIGGER x BEFORE INSERT ON t BEGIN SELECT RAISE(IGNORE); END; CREATE TRIGGER y AFTER INSERT ON t BEGIN DELETE FROM d; END',
    'CREATE TRIGGER x AFTER DELETE ON t BEGIN DELETE FROM t WHERE a = OLD.id; END',
    'CREATE TRIGGER begin DELETE ON t WHEN (SELECT 1) BEGIN DELETE FROM u WHERE id = CASE WHEN 1 THEN OLD.id END; END',
  ])('no problem: %s', (trigger) => {
    expect(problems(`${T} ${trigger}`, D)).toStrictEqual([])
  })
})
