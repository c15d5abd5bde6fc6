import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Driver } from '../driver.ts'
import { type Engine, engines } from '../engines.contract.ts'

export function describeLifecycle(engine: Engine): void {
  describe('life and image', () => {
    let driver: Driver
    beforeEach(async () => {
      driver = await engine.open()
    })
    afterEach(() => driver.close())

    test('closing twice is harmless; use afterwards is not', () => {
      const statement = driver.prepare('SELECT 1')
      driver.exec('BEGIN')
      driver.close()
      driver.close()
      expect(driver.inTransaction).toBe(false)
      for (const use of [
        () => driver.exec('SELECT 1'),
        () => driver.prepare('SELECT 1'),
        () => driver.serialize(),
        () => driver.defineFunction('f', () => 1),
      ]) {
        expect(use).toThrow(expect.objectContaining({ code: 'SQLITE_MISUSE', message: 'The database is closed.' }))
      }
      for (const use of [
        () => statement.get(),
        () => statement.all(),
        () => statement.run(),
        () => statement.exact(),
        () => statement.columns,
      ]) {
        expect(use).toThrow('The statement is finalized, or its database is closed.')
      }
      statement.finalize()
    })

    test('finalizing twice is harmless; use afterwards is not', () => {
      const statement = driver.prepare('SELECT 1')
      statement.finalize()
      statement.finalize()
      expect(() => statement.get()).toThrow(expect.objectContaining({ code: 'SQLITE_MISUSE' }))
      expect(() => statement.readonly).toThrow('The statement is finalized')
    })

    test('opening and closing many leaves the others alone', async () => {
      driver.exec('CREATE TABLE t (a); INSERT INTO t VALUES (1)')
      for (let i = 0; i < 200; i++) {
        const other = await engine.open()
        other.defineFunction('f', () => i)
        expect(other.prepare('SELECT f() AS i').get()).toEqual({ i })
        other.close()
      }
      expect(driver.prepare('SELECT a FROM t').get()).toEqual({ a: 1 })
    })

    test('databases in memory are apart', async () => {
      const other = await engine.open()
      driver.exec('CREATE TABLE t (a)')
      expect(() => other.exec('SELECT * FROM t')).toThrow('no such table: t')
      other.close()
    })

    const fill = () =>
      driver.exec(`
        CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a, b UNIQUE);
        WITH k(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < 3000) INSERT INTO t (a, b) SELECT i / 2.0, 'row ' || i FROM k;
        INSERT INTO t (a) VALUES (x'00ff'), (9223372036854775807), (1.0)`)
    const content = (d: Driver) => d.prepare('SELECT * FROM t ORDER BY id').exact()

    test.each(engines)('its image opens on $name, and is written there', async (other) => {
      fill()
      const image = driver.serialize()
      expect(image.constructor).toBe(Uint8Array)
      const copy = await other.open(image)
      expect(content(copy)).toStrictEqual(content(driver))
      expect(copy.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' })
      expect(copy.prepare('PRAGMA foreign_keys').get()).toEqual({ foreign_keys: 1 })
      copy.exec(
        "BEGIN; INSERT INTO t (a) SELECT a FROM t; SAVEPOINT s; DELETE FROM t; ROLLBACK TO s; COMMIT; INSERT INTO t (b) VALUES ('new')",
      )
      expect(copy.prepare('SELECT max(id) AS n FROM t').get()).toEqual({ n: 6_007 })
      expect(content(driver)).toHaveLength(3_003)
      copy.close()
      const again = await other.open(image)
      expect(content(again)).toStrictEqual(content(driver))
      again.close()
    })

    test('the image of an empty database opens as one', async () => {
      const copy = await engine.open(driver.serialize())
      copy.exec('CREATE TABLE t (a)')
      copy.close()
    })

    test('no image is taken inside a transaction', () => {
      fill()
      driver.exec('BEGIN')
      expect(() => driver.serialize()).toThrow('serialize() cannot run inside a transaction')
      driver.exec('ROLLBACK')
      expect(driver.serialize().length).toBeGreaterThan(0)
    })

    test('bytes that are no database are refused', async () => {
      await expect(async () => {
        const garbage = await engine.open(new Uint8Array(4_096).fill(65))
        try {
          garbage.exec('SELECT * FROM sqlite_schema')
        } finally {
          garbage.close()
        }
      }).rejects.toThrow(expect.objectContaining({ code: 'SQLITE_NOTADB' }))
    })
  })
}
