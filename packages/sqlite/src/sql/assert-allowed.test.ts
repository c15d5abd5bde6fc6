import { describe, expect, test } from 'vitest'
import { assertAllowed } from './assert-allowed.ts'
import { ForbiddenSqlError } from './forbidden-sql-error.ts'

describe('allowed', () => {
  test.each([
    'SELECT 1',
    "select * from notes where title = 'DROP TABLE notes; --'",
    'INSERT INTO notes VALUES (?, ?)',
    'INSERT OR IGNORE INTO notes VALUES (?, ?)',
    'REPLACE INTO notes VALUES (?, ?);',
    '/* why */ UPDATE notes SET title = :title -- done',
    'DELETE FROM notes',
    'WITH a AS (SELECT 1) INSERT INTO notes SELECT * FROM a',
    'VALUES (1), (2)',
    'SELECT name FROM sqlite_schema',
    'SELECT "begin", [commit] FROM notes WHERE done OR rollback = 1',
    'SELECT seq FROM sqlite_sequence',
    "SELECT 'see _savepoint_log' FROM notes",
    'SELECT my_savepoint_x FROM notes',
  ])('%s', (sql) => {
    expect(() => assertAllowed(sql)).not.toThrow()
  })
})

describe('refused', () => {
  test.each([
    ['', 'no statement'],
    ['  -- nothing', 'no statement'],
    ['CREATE TABLE a (b)', 'new schema version'],
    ['ALTER TABLE a ADD b', 'new schema version'],
    ['drop table a', 'new schema version'],
    ["ATTACH 'x' AS y", 'one database'],
    ['DETACH y', 'one database'],
    ['PRAGMA foreign_keys = off', 'settings'],
    ['BEGIN', 'one transaction'],
    ['COMMIT', 'one transaction'],
    ['END', 'one transaction'],
    ['ROLLBACK', 'one transaction'],
    ['ROLLBACK TO a', 'one transaction'],
    ['SAVEPOINT a', 'one transaction'],
    ['RELEASE a', 'one transaction'],
    ['VACUUM', 'begins with VACUUM'],
    ['REINDEX', 'begins with REINDEX'],
    ['ANALYZE', 'begins with ANALYZE'],
    ['EXPLAIN SELECT 1', 'plans'],
    ['"select" 1', 'begins with "select"'],
    ['; SELECT 1', 'begins with ;'],
    ['SELECT 1; DELETE FROM a', 'more than one'],
    ['INSERT OR ROLLBACK INTO a VALUES (1)', 'OR ROLLBACK'],
    ['UPDATE or /* x */ rollback a SET b = 1', 'OR ROLLBACK'],
    ['WITH x AS (SELECT 1) UPDATE OR ROLLBACK a SET b = 1', 'OR ROLLBACK'],
    ['SELECT * FROM _savepoint_log', 'engine’s own'],
    ['SELECT * FROM main . _SAVEPOINT_LOG', 'engine’s own'],
    ['SELECT * FROM "_savepoint_log"', 'engine’s own'],
    ['SELECT * FROM `_Savepoint_log`', 'engine’s own'],
    ['SELECT * FROM [_savepoint_log]', 'engine’s own'],
    ["SELECT * FROM '_savepoint_log'", 'parameter'],
    ['SELECT _savepoint_capture(1)', 'engine’s own'],
    ['DELETE FROM a WHERE id IN (SELECT id FROM _savepoint_log)', 'engine’s own'],
    ["SELECT load_extension('x')", 'beneath SQL'],
    ['SELECT * FROM sqlite_dbpage', 'beneath SQL'],
    ['UPDATE sqlite_sequence SET seq = 9223372036854775807', 'SQLite’s own'],
    ["DELETE FROM main.'SQLITE_sequence'", 'SQLite’s own'],
    ["SELECT '", 'every engine'],
    ['SELECT 1 \0 FROM a', 'every engine'],
    ["SELECT $a(') UNION SELECT * FROM _savepoint_log --')", 'every engine'],
  ])('%j', (sql, why) => {
    expect(() => assertAllowed(sql)).toThrow(ForbiddenSqlError)
    expect(() => assertAllowed(sql)).toThrow(why)
  })
})

test('derived tables can be read, and written only by their triggers', () => {
  const derived = new Set(['notes_fts'])
  const refused = (sql: string) => expect(() => assertAllowed(sql, { derived })).toThrow('derived table')
  assertAllowed('SELECT * FROM notes_fts(?)', { derived })
  assertAllowed('INSERT INTO notes SELECT * FROM notes_fts', { derived })
  refused("INSERT INTO notes_fts(notes_fts) VALUES ('rebuild')")
  refused('REPLACE INTO "NOTES_fts" VALUES (1)')
  refused('UPDATE OR IGNORE main.notes_fts SET a = 1')
  assertAllowed('INSERT OR FAIL INTO notes VALUES (1)')
  expect(() => assertAllowed('INSERT OR FAIL INTO notes VALUES (1)', { derived })).toThrow('OR FAIL can stop')
  refused("WITH a AS (SELECT 1) DELETE FROM 'notes_fts'")
})

test('the error has a code', () => {
  expect(new ForbiddenSqlError('x').code).toBe('forbidden-sql')
})
