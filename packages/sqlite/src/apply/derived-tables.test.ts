import type { Patch } from '@savepoint/core'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Digest } from '../digest/digest.ts'
import type { Driver } from '../driver/driver.ts'
import { engines, plainWaSqlite } from '../driver/engines.contract.ts'
import { Target } from './target.contract.ts'

describe.each(engines)('$name: applying patches beside triggers', ({ open, name }) => {
  let driver: Driver
  let target: Target

  beforeEach(async () => {
    driver = await open()
    return () => driver.close()
  })

  const setUp = (schema: string, rows?: string, derived?: string[]): void => {
    target = new Target(driver, schema, rows, derived)
  }
  const apply = (patch: Patch): Digest => target.apply(patch)
  const rows = (sql: string) => driver.prepare(sql).exact()

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
    apply([
      {
        table: 't',
        puts: [
          [1, 'y'],
          [2, null],
        ],
        deletes: [],
      },
    ])
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

  // The plain build has no FTS5.
  if (name !== plainWaSqlite.name) {
    test('full-text search follows', () => {
      setUp(
        `CREATE TABLE t (id INTEGER PRIMARY KEY, body TEXT, n); CREATE VIRTUAL TABLE f USING fts5(body, content=t, content_rowid=id);
        CREATE TRIGGER i AFTER INSERT ON t BEGIN INSERT INTO f (rowid, body) VALUES (NEW.id, NEW.body); END;
        CREATE TRIGGER u AFTER UPDATE OF body ON t BEGIN
          INSERT INTO f (f, rowid, body) VALUES ('delete', OLD.id, OLD.body); INSERT INTO f (rowid, body) VALUES (NEW.id, NEW.body); END;
        CREATE TRIGGER d AFTER DELETE ON t BEGIN INSERT INTO f (f, rowid, body) VALUES ('delete', OLD.id, OLD.body); END`,
        "INSERT INTO t VALUES (1, 'red fox', 1), (2, 'blue fox', 2), (3, 'green frog', 3)",
      )
      apply([
        {
          table: 't',
          puts: [
            [1, 'red frog', 1],
            [3, 'green frog', 9],
            [4, 'white fox', 4],
          ],
          deletes: [[2]],
        },
      ])
      expect(rows("SELECT rowid FROM f('fox') ORDER BY rowid")).toStrictEqual([[4]])
      expect(rows("SELECT rowid FROM f('frog') ORDER BY rowid")).toStrictEqual([[1], [3]])
      driver.exec("INSERT INTO f (f, rank) VALUES ('integrity-check', 1)")
    })
  }
})
