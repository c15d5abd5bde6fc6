import { beforeEach, expect, test } from 'vitest'
import type { Driver } from '../driver/driver.ts'
import { betterSqlite3 } from '../driver/engines.contract.ts'
import { createSchema } from './create-schema.ts'
import { SchemaError } from './schema-error.ts'

let driver: Driver

beforeEach(async () => {
  driver = await betterSqlite3.open()
  return () => driver.close()
})

test('makes tables, triggers and first rows', () => {
  createSchema(
    driver,
    `CREATE TABLE t (id INTEGER PRIMARY KEY, a); -- notes
    CREATE TRIGGER x AFTER INSERT ON t BEGIN UPDATE t SET a = CASE WHEN NEW.id > 1 THEN 'many' END; SELECT 1; END;
    INSERT INTO t VALUES (1, 'a'), (2, 'b')`,
  )
  expect(driver.prepare('SELECT * FROM t').exact()).toStrictEqual([
    [1, 'many'],
    [2, 'many'],
  ])
})

test.each([
  ['PRAGMA journal_mode = wal', 'says PRAGMA'],
  ['CREATE TABLE t (a); COMMIT', 'says COMMIT'],
  ["ATTACH 'x' AS y", 'says ATTACH'],
  ['CREATE TEMP TABLE t (a)', 'temporary'],
  ['CREATE TEMPORARY TRIGGER x AFTER INSERT ON t BEGIN SELECT 1; END; VACUUM', 'temporary'],
  ['CREATE TABLE _savepoint_mine (id INTEGER PRIMARY KEY)', 'engine’s own'],
  ['CREATE TABLE t (id INTEGER PRIMARY KEY ON CONFLICT ROLLBACK)', 'ON CONFLICT ROLLBACK'],
  ['CREATE TRIGGER x AFTER INSERT ON t BEGIN SELECT 1; END; PRAGMA x', 'says PRAGMA'],
])('%s is refused before anything is made', (sql, problem) => {
  expect(() => createSchema(driver, `CREATE TABLE first (a); ${sql}`)).toThrow(SchemaError)
  expect(() => createSchema(driver, `CREATE TABLE first (a); ${sql}`)).toThrow(problem)
  expect(driver.prepare('SELECT name FROM sqlite_schema').exact()).toStrictEqual([])
})
