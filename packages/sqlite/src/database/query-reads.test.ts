import { defineMutators, defineSchema, rowKey, type SqlParams } from '@savepoint/core'
import { afterAll, describe, expect, test } from 'vitest'
import { betterSqlite3 } from '../driver/engines.contract.ts'
import { SyncedDatabase } from './synced-database.ts'

const schema = defineSchema({
  name: 'test',
  version: 1,
  sql: `CREATE TABLE t (id TEXT PRIMARY KEY NOT NULL, a, n INTEGER); CREATE TABLE i (id INTEGER PRIMARY KEY, a TEXT, parent INTEGER);
    CREATE TABLE pair (b INTEGER NOT NULL, a TEXT NOT NULL, n, PRIMARY KEY (a, b)) WITHOUT ROWID;
    CREATE TABLE nocase (id TEXT PRIMARY KEY NOT NULL COLLATE NOCASE, a); CREATE TABLE untyped (id PRIMARY KEY NOT NULL, a);
    CREATE TABLE "real" (id REAL PRIMARY KEY NOT NULL, a); CREATE TABLE bytes (id BLOB PRIMARY KEY NOT NULL, a);
    CREATE TABLE numbers (id NUMERIC PRIMARY KEY NOT NULL, a); CREATE TABLE "odd ""name" ("a b" TEXT PRIMARY KEY NOT NULL, "null" INTEGER);
    CREATE TABLE words ("null" TEXT PRIMARY KEY NOT NULL); CREATE TABLE u (ä TEXT PRIMARY KEY NOT NULL, Ä TEXT);
    CREATE TABLE rid (rowid TEXT PRIMARY KEY NOT NULL); CREATE VIEW v AS SELECT * FROM t; CREATE VIRTUAL TABLE search USING fts5(id)`,
})
const database = SyncedDatabase.open(await betterSqlite3.open(), schema, defineMutators({}))
afterAll(() => database.close())

/** What a query reads, if it can be run at all. */
function keysOf(sql: string, params: SqlParams = []) {
  database.query(sql, params)
  return database.readsOf(sql, params).keys
}

describe('rows are told apart', () => {
  test.each<[string, SqlParams, unknown[][]]>([
    ['SELECT * FROM t WHERE id = ?', ['x'], [['x']]],
    ['select a from "t" where "id" == ?;', ['x'], [['x']]],
    ['SELECT * FROM [t] AS r WHERE r.id = :id', { id: 'x' }, [['x']]],
    ['SELECT * FROM T r WHERE R."ID" = @id AND r.a > @least', { id: 'x', least: 1 }, [['x']]],
    ['SELECT * FROM t WHERE t.id = ?2 AND n = ?1', [1, 'x'], [['x']]],
    ['SELECT *, ? FROM t WHERE n = :n AND ? = id', [0, 1, 'x'], [['x']]],
    ['SELECT * FROM t WHERE n = :n AND id = :n', { n: 'x' }, [['x']]],
    ['SELECT ?3, ? FROM t WHERE id = ?2', [1, 'x', 3, 4], [['x']]],
    ["SELECT * FROM t WHERE id = 'it''s'", [], [["it's"]]],
    [
      'SELECT count(*), max(n) FROM t WHERE a IS NOT NULL AND id = ? GROUP BY n HAVING count(*) > 0 ORDER BY n DESC LIMIT 5 OFFSET 0',
      ['x'],
      [['x']],
    ],
    ["SELECT a || '; -- OR ' FROM t WHERE /* OR */ id = ? -- OR", ['x'], [['x']]],
    ['SELECT CASE WHEN n BETWEEN 1 AND 2 OR n = 5 THEN 1 END FROM t WHERE id = ? AND (n = 1 OR n BETWEEN 2 AND 3)', ['x'], [['x']]],
    ['SELECT * FROM t WHERE NOT n = 1 AND id = ?', ['x'], [['x']]],
    ['SELECT * FROM t WHERE id IN (?, ?)', ['x', 'y'], [['x'], ['y']]],
    ["SELECT * FROM t WHERE id IN ('x') AND a IN (1, 2)", [], [['x']]],
    ['SELECT * FROM i WHERE id = ?', [7], [[7]]],
    ['SELECT * FROM i WHERE id = ?', [-0], [[0]]],
    ['SELECT * FROM i WHERE id = ?', [7n], [[7]]],
    ['SELECT * FROM i WHERE id = 7', [], [[7]]],
    ['SELECT * FROM i WHERE 7 = i.id AND parent = 3', [], [[7]]],
    ['SELECT * FROM pair WHERE b = ? AND a = ?', [1, 'x'], [['x', 1]]],
    ['SELECT * FROM pair WHERE a = ? AND n = 2 AND b = 1', ['x'], [['x', 1]]],
    ['SELECT * FROM bytes WHERE id = ?', [new Uint8Array([1, 255])], [[new Uint8Array([1, 255])]]],
    ['SELECT * FROM "odd ""name" WHERE "a b" = ? AND "null" = 1', ['x'], [['x']]],
    ['SELECT * FROM words WHERE "null" = ?', ['x'], [['x']]],
    ['SELECT * FROM u WHERE ä = ?', ['x'], [['x']]],
    ['SELECT * FROM rid WHERE rowid = ?', ['x'], [['x']]],
  ])('%s', (sql, params, keys) => {
    expect(keysOf(sql, params)).toEqual(keys.map((key) => rowKey(key as string[])))
  })
})

describe('tables are looked at', () => {
  test.each<[why: string, sql: string, params?: SqlParams]>([
    ['no WHERE', 'SELECT * FROM t'],
    ['another column', 'SELECT * FROM t WHERE a = ?', ['x']],
    ['not an equality', 'SELECT * FROM t WHERE id > ?', ['x']],
    ['LIKE', 'SELECT * FROM t WHERE id LIKE ?', ['x']],
    ['IS', 'SELECT * FROM t WHERE id IS ?', ['x']],
    ['IS of NULL', 'SELECT * FROM t WHERE id IS NOT DISTINCT FROM ?', ['x']],
    ['OR', 'SELECT * FROM t WHERE a = ? OR id = ?', ['x', 'y']],
    ['OR before AND', 'SELECT * FROM t WHERE a = 1 OR n = 2 AND id = ?', ['x']],
    ['OR after AND', 'SELECT * FROM t WHERE id = ? AND n = 2 OR a = 1', ['x']],
    ['NOT', 'SELECT * FROM t WHERE NOT id = ?', ['x']],
    ['in brackets', 'SELECT * FROM t WHERE (id = ?)', ['x']],
    ['NOT of a bracket', 'SELECT * FROM t WHERE n = 1 AND NOT (n = 2 AND id = ?)', ['x']],
    ['the AND of BETWEEN', 'SELECT * FROM t WHERE n BETWEEN 1 AND id = ?', ['x']],
    ['the AND of NOT BETWEEN', 'SELECT * FROM t WHERE n NOT BETWEEN 1 AND id = ?', ['x']],
    ['the AND of CASE', 'SELECT * FROM t WHERE CASE WHEN n = 1 AND id = ? AND n = 2 THEN 0 ELSE 1 END', ['x']],
    ['a longer expression', 'SELECT * FROM t WHERE id = ? = 0', ['x']],
    ['a sum', 'SELECT * FROM i WHERE id = 1 + 1'],
    ['a negative literal', 'SELECT * FROM i WHERE id = -1'],
    ['a sign before the column', 'SELECT * FROM i WHERE +id = 1'],
    ['a text with an operator', "SELECT * FROM t WHERE id = 'a' || 'b'"],
    ['COLLATE', 'SELECT * FROM t WHERE id = ? COLLATE NOCASE', ['x']],
    ['COLLATE of the column', 'SELECT * FROM t WHERE id COLLATE NOCASE = ?', ['x']],
    ['a key that ignores case', 'SELECT * FROM nocase WHERE id = ?', ['x']],
    ['two columns', 'SELECT * FROM t WHERE id = a'],
    ['a text that is not a column', "SELECT * FROM t WHERE 'id' = ?", ['id']],
    ['the word NULL', 'SELECT * FROM words WHERE null = ?', ['x']],
    ['another column, as SQLite folds names', 'SELECT * FROM u WHERE Ä = ?', ['x']],
    ['row values', 'SELECT * FROM pair WHERE (a, b) = (?, ?)', ['x', 1]],
    ['half of a key', 'SELECT * FROM pair WHERE a = ?', ['x']],
    ['half of a key, twice', 'SELECT * FROM pair WHERE a = ? AND a = ?', ['x', 'x']],
    ['IN over half of a key', 'SELECT * FROM pair WHERE a IN (?) AND b = 1', ['x']],
    ['NOT IN', 'SELECT * FROM t WHERE id NOT IN (?)', ['x']],
    ['IN of nothing', 'SELECT * FROM t WHERE id IN ()'],
    ['IN of expressions', 'SELECT * FROM t WHERE id IN (?, a)', ['x']],
    ['IN and more', 'SELECT * FROM t WHERE id IN (?) = 0', ['x']],
    ['IN of a table', 'SELECT * FROM words WHERE "null" = ? AND "null" IN words', ['x']],
    ['rowid', 'SELECT * FROM t WHERE rowid = ?', [1]],
    ['rowid of an alias', 'SELECT * FROM i WHERE rowid = ?', [1]],
    ['WITH', 'WITH t AS (SELECT * FROM i) SELECT * FROM t WHERE id = ?', ['x']],
    ['UNION', 'SELECT id FROM t WHERE id = ? UNION SELECT id FROM t', ['x']],
    ['a subquery', 'SELECT (SELECT count(*) FROM t) FROM t WHERE id = ?', ['x']],
    ['EXISTS', 'SELECT * FROM t WHERE id = ? AND EXISTS (SELECT 1 FROM t)', ['x']],
    ['a subquery in FROM', 'SELECT * FROM (SELECT * FROM t) WHERE id = ?', ['x']],
    ['a join', 'SELECT * FROM t AS x JOIN t AS y WHERE x.id = ?', ['x']],
    ['a join by comma', 'SELECT * FROM t AS x, t AS y WHERE x.id = ?', ['x']],
    ['a join on', 'SELECT * FROM t AS x LEFT JOIN t AS y ON x.id = ?', ['x']],
    ['a view', 'SELECT * FROM v WHERE id = ?', ['x']],
    ['a virtual table', 'SELECT * FROM search WHERE id = ?', ['x']],
    ['a function in FROM', "SELECT * FROM json_each('[1]', '$') AS t WHERE id = ?", ['x']],
    ['another table’s name', "SELECT * FROM t WHERE id = ? AND a = 'i'", ['x']],
    ['the name of a schema', 'SELECT * FROM main.t WHERE id = ?', ['x']],
    ['a hint', 'SELECT * FROM t NOT INDEXED WHERE id = ?', ['x']],
    ['an operator of two FROMs', 'SELECT n IS DISTINCT FROM 1 FROM t WHERE id = ?', ['x']],
    ['what was written last', 'SELECT total_changes() FROM t WHERE id = ?', ['x']],
    ['VALUES', 'VALUES (1)'],
    ['NULL', 'SELECT * FROM t WHERE id = ?', [null]],
    ['the literal NULL', 'SELECT * FROM t WHERE id = NULL'],
    ['a number as text', 'SELECT * FROM t WHERE id = ?', [7]],
    ['a text as number', 'SELECT * FROM i WHERE id = ?', ['7']],
    ['a real', 'SELECT * FROM i WHERE id = ?', [1.5]],
    ['a whole real in the text', 'SELECT * FROM i WHERE id = 1.0'],
    ['a boolean', 'SELECT * FROM i WHERE id = ?', [true]],
    ['a number beyond those that are exact', 'SELECT * FROM i WHERE id = ?', [2n ** 60n]],
    ['a long literal', 'SELECT * FROM i WHERE id = 9007199254740993'],
    ['one value of several', 'SELECT * FROM t WHERE id IN (?, ?)', ['x', 1]],
    ['half a pair', 'SELECT * FROM t WHERE id = ?', ['\ud800']],
    ['a text in a key without a type', 'SELECT * FROM untyped WHERE id = ?', ['x']],
    ['a number in a key without a type', 'SELECT * FROM untyped WHERE id = ?', [1]],
    ['a REAL key', 'SELECT * FROM "real" WHERE id = ?', [1]],
    ['a NUMERIC key', 'SELECT * FROM numbers WHERE id = ?', [1]],
    ['a text in a BLOB key', 'SELECT * FROM bytes WHERE id = ?', ['x']],
  ])('%s', (_, sql, params) => {
    expect(keysOf(sql, params)).toBeUndefined()
  })
})
