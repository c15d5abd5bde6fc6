import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Driver } from '../driver.ts'
import type { Engine } from '../engines.contract.ts'
import { SqliteError } from '../sqlite-error.ts'

export function describeErrors(engine: Engine): void {
  describe('errors', () => {
    let driver: Driver
    beforeEach(async () => {
      driver = await engine.open()
      driver.exec(`
        CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL UNIQUE, n INTEGER CHECK (n > 0), p REFERENCES t (id));
        CREATE TABLE w (k TEXT PRIMARY KEY) WITHOUT ROWID;
        CREATE TABLE s (a INTEGER) STRICT;
        CREATE TRIGGER no BEFORE DELETE ON t BEGIN SELECT RAISE(ABORT, 'rows stay'); END;
        INSERT INTO t (id, a) VALUES (1, 'x');
        INSERT INTO w VALUES ('k')`)
    })
    afterEach(() => driver.close())

    test.each([
      ['SQLITE_CONSTRAINT_UNIQUE', "INSERT INTO t (a) VALUES ('x')", 'UNIQUE constraint failed: t.a'],
      ['SQLITE_CONSTRAINT_PRIMARYKEY', "INSERT INTO t (id, a) VALUES (1, 'y')", 'UNIQUE constraint failed: t.id'],
      ['SQLITE_CONSTRAINT_PRIMARYKEY', "INSERT INTO w VALUES ('k')", 'UNIQUE constraint failed: w.k'],
      ['SQLITE_CONSTRAINT_NOTNULL', 'INSERT INTO t (a) VALUES (NULL)', 'NOT NULL constraint failed: t.a'],
      ['SQLITE_CONSTRAINT_CHECK', "INSERT INTO t (a, n) VALUES ('y', 0)", 'CHECK constraint failed: n > 0'],
      ['SQLITE_CONSTRAINT_FOREIGNKEY', "INSERT INTO t (a, p) VALUES ('y', 99)", 'FOREIGN KEY constraint failed'],
      ['SQLITE_CONSTRAINT_TRIGGER', 'DELETE FROM t', 'rows stay'],
      ['SQLITE_CONSTRAINT_DATATYPE', "INSERT INTO s VALUES ('a')", 'cannot store TEXT value in INTEGER column s.a'],
      ['SQLITE_MISMATCH', "INSERT INTO t (id, a) VALUES ('not a number', 'y')", 'datatype mismatch'],
      ['SQLITE_ERROR', 'ROLLBACK', 'cannot rollback - no transaction is active'],
      ['SQLITE_ERROR', "SELECT json('{')", 'malformed JSON'],
      ['SQLITE_ERROR', 'SELECT abs(-9223372036854775807 - 1)', 'integer overflow'],
    ])('%s from: %s', (code, sql, message) => {
      const statement = driver.prepare(sql)
      for (const run of [
        () => statement.run(),
        () => statement.get(),
        () => statement.all(),
        () => statement.exact(),
        () => driver.exec(sql),
      ]) {
        const error = thrownBy(run)
        expect(error).toBeInstanceOf(SqliteError)
        expect(error).toMatchObject({ name: 'SqliteError', code, message })
      }
    })

    test.each([
      ['SELEC 1', 'near "SELEC": syntax error'],
      ['SELECT * FROM nowhere', 'no such table: nowhere'],
      ['SELECT missing FROM t', 'no such column: missing'],
      ['SELECT (', 'incomplete input'],
      ["SELECT 'abc", 'unrecognized token: "\'abc"'],
    ])('SQLITE_ERROR from preparing: %s', (sql, message) => {
      expect(thrownBy(() => driver.prepare(sql))).toMatchObject({ name: 'SqliteError', code: 'SQLITE_ERROR', message })
      expect(thrownBy(() => driver.exec(sql))).toMatchObject({ name: 'SqliteError', code: 'SQLITE_ERROR', message })
    })

    test('a statement can be used again after an error', () => {
      const insert = driver.prepare('INSERT INTO t (a) VALUES (?) RETURNING id')
      for (let i = 0; i < 3; i++) {
        expect(() => insert.get(['x'])).toThrow('UNIQUE')
        expect(() => insert.all([null])).toThrow('NOT NULL')
        expect(insert.get([`y${i}`])).toEqual({ id: i + 2 })
      }
      driver.exec('BEGIN')
      expect(() => insert.run(['x'])).toThrow('UNIQUE')
      driver.exec('COMMIT')
    })

    test('an error amid rows leaves the statement reset', () => {
      const select = driver.prepare("SELECT json(value) FROM (SELECT '1' AS value UNION ALL SELECT ?)")
      expect(() => select.all(['{'])).toThrow('malformed JSON')
      expect(() => select.exact(['{'])).toThrow('malformed JSON')
      expect(select.all(['2'])).toHaveLength(2)
      driver.exec('DROP TABLE s')
    })

    test('what a later statement reports is not an earlier error', () => {
      driver.defineFunction('boom', () => {
        throw new Error('boom')
      })
      expect(() => driver.prepare('SELECT boom()').get()).toThrow('boom')
      expect(() => driver.prepare("SELECT json('{')").get()).toThrow('malformed JSON')
    })
  })
}

function thrownBy(run: () => unknown): unknown {
  try {
    run()
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}
