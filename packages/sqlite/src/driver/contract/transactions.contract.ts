import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Driver } from '../driver.ts'
import type { Engine } from '../engines.contract.ts'

export function describeTransactions(engine: Engine): void {
  describe('transactions and settings', () => {
    let driver: Driver
    beforeEach(async () => {
      driver = await engine.open()
      driver.exec('CREATE TABLE t (id INTEGER PRIMARY KEY, a UNIQUE)')
    })
    afterEach(() => driver.close())

    const count = () => driver.prepare('SELECT count(*) AS n FROM t').get()?.n

    test('inTransaction follows BEGIN, SAVEPOINT, RELEASE, COMMIT and ROLLBACK', () => {
      const states = ['BEGIN', 'SAVEPOINT s', 'RELEASE s', 'COMMIT', 'SAVEPOINT s', 'ROLLBACK TO s', 'RELEASE s', 'BEGIN', 'ROLLBACK']
      expect(driver.inTransaction).toBe(false)
      expect(states.map((sql) => [sql, driver.prepare(sql).run() && driver.inTransaction])).toEqual([
        ['BEGIN', true],
        ['SAVEPOINT s', true],
        ['RELEASE s', true],
        ['COMMIT', false],
        ['SAVEPOINT s', true],
        ['ROLLBACK TO s', true],
        ['RELEASE s', false],
        ['BEGIN', true],
        ['ROLLBACK', false],
      ])
    })

    test('OR ROLLBACK and RAISE(ROLLBACK) end the transaction, and it shows', () => {
      driver.exec("INSERT INTO t VALUES (1, 'x'); BEGIN; INSERT INTO t VALUES (2, 'y')")
      expect(() => driver.prepare("INSERT OR ROLLBACK INTO t VALUES (3, 'x')").run()).toThrow('UNIQUE constraint failed: t.a')
      expect(driver.inTransaction).toBe(false)
      expect(count()).toBe(1)
      driver.exec("CREATE TRIGGER no BEFORE DELETE ON t BEGIN SELECT RAISE(ROLLBACK, 'never'); END; BEGIN")
      expect(() => driver.exec('DELETE FROM t')).toThrow('never')
      expect(driver.inTransaction).toBe(false)
    })

    test('savepoints undo what came after them', () => {
      driver.exec("BEGIN; INSERT INTO t VALUES (1, 'x'); SAVEPOINT s; INSERT INTO t VALUES (2, 'y')")
      driver.exec('ROLLBACK TO s; RELEASE s; COMMIT')
      expect(count()).toBe(1)
    })

    test('foreign keys are on, recursive triggers off', () => {
      expect(driver.prepare('PRAGMA foreign_keys').get()).toEqual({ foreign_keys: 1 })
      expect(driver.prepare('PRAGMA recursive_triggers').get()).toEqual({ recursive_triggers: 0 })
      driver.exec('PRAGMA foreign_keys = OFF; PRAGMA recursive_triggers = ON')
      expect(driver.prepare('PRAGMA foreign_keys').get()).toEqual({ foreign_keys: 0 })
      expect(driver.prepare('PRAGMA recursive_triggers').get()).toEqual({ recursive_triggers: 1 })
    })

    test('a deferred foreign key fails the COMMIT, which can be tried again', () => {
      driver.exec('CREATE TABLE c (t REFERENCES t (id) DEFERRABLE INITIALLY DEFERRED); BEGIN; INSERT INTO c VALUES (9)')
      const commit = driver.prepare('COMMIT')
      expect(() => commit.run()).toThrow(expect.objectContaining({ code: 'SQLITE_CONSTRAINT_FOREIGNKEY' }))
      expect(driver.inTransaction).toBe(true)
      driver.exec("INSERT INTO t VALUES (9, 'x')")
      commit.run()
      expect(driver.inTransaction).toBe(false)
    })

    test('double quotes are for names alone', () => {
      expect(() => driver.prepare('SELECT "nothing"')).toThrow('no such column: ')
      expect(() => driver.exec('CREATE INDEX i ON t ("nothing")')).toThrow('no such column: ')
    })
  })
}
