import { rowKey, type SqlParams } from '@savepoint/core'
import { afterAll, describe, expect, test } from 'vitest'
import { betterSqlite3 } from '../driver/engines.contract.ts'
import { createSchema } from '../schema/create-schema.ts'
import { inspectSchema } from '../schema/inspect-schema.ts'
import { QueriesRead } from './query-reads.ts'
import { StatementsDepend, type StatementsRun, type StatementText } from './statement-dependencies.ts'

const driver = await betterSqlite3.open()
createSchema(
  driver,
  `CREATE TABLE t (id TEXT PRIMARY KEY NOT NULL, a, n INTEGER); CREATE TABLE i (id INTEGER PRIMARY KEY, a TEXT);
   CREATE TABLE pair (b INTEGER NOT NULL, a TEXT NOT NULL, n, PRIMARY KEY (a, b)) WITHOUT ROWID;
   CREATE TABLE bytes (id BLOB PRIMARY KEY NOT NULL, a); CREATE TABLE nocase (id TEXT PRIMARY KEY NOT NULL COLLATE NOCASE, a);
   CREATE TABLE u (id TEXT PRIMARY KEY NOT NULL, email TEXT UNIQUE, name);
   CREATE TABLE partial (id TEXT PRIMARY KEY NOT NULL, a, b); CREATE UNIQUE INDEX p ON partial (a) WHERE b = 1; CREATE TABLE counted (id INTEGER PRIMARY KEY AUTOINCREMENT, a);
   CREATE TABLE lists (id TEXT PRIMARY KEY NOT NULL, title); CREATE TABLE items (id TEXT PRIMARY KEY NOT NULL, list REFERENCES lists ON DELETE CASCADE);
   CREATE TABLE ticks (id TEXT PRIMARY KEY NOT NULL, n, item REFERENCES items ON DELETE CASCADE, who REFERENCES users);
   CREATE TABLE users (id TEXT PRIMARY KEY NOT NULL);
   CREATE TABLE made (id TEXT PRIMARY KEY NOT NULL, a, list TEXT AS (a) STORED REFERENCES lists);
   CREATE TABLE tree (id TEXT PRIMARY KEY NOT NULL, parent REFERENCES tree);
   CREATE TABLE watched (id TEXT PRIMARY KEY NOT NULL, a); CREATE TRIGGER w AFTER UPDATE ON watched BEGIN UPDATE t SET n = 1; END;
   CREATE VIEW v AS SELECT * FROM t; CREATE TRIGGER vi INSTEAD OF UPDATE ON v BEGIN UPDATE t SET n = new.n WHERE id = new.id; END`,
)
const { tables } = inspectSchema(driver, { derived: [] })
const statementsDepend = new StatementsDepend(new QueriesRead(driver, tables, new Set()), tables)
afterAll(() => driver.close())

/** What a statement depends on, if it can be run at all. */
function of(sql: string, params: SqlParams = []) {
  driver.prepare(sql).finalize()
  const ran: StatementsRun = []
  statementsDepend.note(ran, sql, params)
  const [{ tables, keyed }, noted] = ran as [StatementText, string | number | readonly (string | number)[] | undefined]
  if (keyed === undefined || noted === undefined) return { tables: tables && [...tables].sort() }
  return { tables: [...keyed.others].sort(), [keyed.table]: typeof noted === 'object' ? noted : [key(noted)] }
}
const key = (...pk: (string | number)[]) => rowKey(pk)

describe('rows are told apart', () => {
  test.each<[string, SqlParams, string, (string | number)[]]>([
    ['SELECT n FROM t WHERE id = ?', ['x'], 't', [key('x')]],
    ['UPDATE t SET n = n + ? WHERE id = ?', [1, 'x'], 't', [key('x')]],
    ['update or replace T as r set (n, a) = (?, n), n = 2 where r.id = :id and n > 1 returning *', { id: 'x' }, 't', [key('x')]],
    ['UPDATE "t" SET a = CASE WHEN n IN (1, 2) THEN max(n, 2) END WHERE id IN (?, ?);', ['x', 'y'], 't', [key('x'), key('y')]],
    ['DELETE FROM t WHERE id = ? RETURNING a, n', ['x'], 't', [key('x')]],
    ['DELETE FROM main.i AS r WHERE r.id = 7', [], 'i', [7]],
    ['INSERT INTO t (n, id) VALUES (?, ?)', [1, 'x'], 't', [key('x')]],
    ["INSERT OR IGNORE INTO t VALUES ('x', ?, (1 + 2)), (?, 'b', max(3, 4))", [1, 'y'], 't', [key('x'), key('y')]],
    ['REPLACE INTO t (id) VALUES (@id)', { id: 'x' }, 't', [key('x')]],
    [
      'INSERT INTO t AS r (id, n) VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET n = r.n + excluded.n WHERE r.n > 0 RETURNING n',
      ['x', 1],
      't',
      [key('x')],
    ],
    ['INSERT INTO t (id, n) VALUES (?, 1) ON CONFLICT DO NOTHING', ['x'], 't', [key('x')]],
    ['INSERT INTO pair (a, n, b) VALUES (?, 0, ?)', ['x', 1], 'pair', [key('x', 1)]],
    ['DELETE FROM pair WHERE b = ? AND a = ?', [1, 'x'], 'pair', [key('x', 1)]],
    // Values that no UNIQUE and no foreign key looks at.
    ['UPDATE u SET name = ? WHERE id = ?', ['n', 'x'], 'u', [key('x')]],
    ['UPDATE ticks SET n = n + 1 WHERE id = ?', ['x'], 'ticks', [key('x')]],
    ['UPDATE lists SET title = ? WHERE id = ?', ['n', 'x'], 'lists', [key('x')]],
  ])('%s', (sql, params, table, keys) => {
    expect(of(sql, params)).toEqual({ tables: [], [table]: keys })
  })
})

describe('all rows of a table may matter', () => {
  test.each<[string, SqlParams, string[]]>([
    ['SELECT n FROM t WHERE a = ?', ['x'], ['t']],
    ['SELECT a FROM bytes WHERE id = ?', [new Uint8Array([1])], ['bytes']],
    ['UPDATE t SET n = 1', [], ['t']],
    ['UPDATE t SET n = 1 WHERE id = ? OR n = 1', ['x'], ['t']],
    ['UPDATE t SET n = 1 WHERE id = ?', [1], ['t']],
    ['UPDATE t SET id = ? WHERE id = ?', ['y', 'x'], ['t']],
    ['UPDATE t SET (n, "ID") = (1, ?) WHERE id = ?', ['y', 'x'], ['t']],
    ['UPDATE i SET rowid = 5 WHERE id = 1', [], ['i']],
    ['UPDATE t SET n = (SELECT max(id) FROM i) WHERE id = ?', ['x'], ['i', 't']],
    ['UPDATE t SET n = i.id FROM i WHERE t.id = ? AND i.id = 1', ['x'], ['i', 't']],
    ['WITH c AS (SELECT 1) UPDATE t SET n = 1 WHERE id = ?', ['x'], ['t']],
    ['DELETE FROM t WHERE id = ? AND n IN (SELECT id FROM i)', ['x'], ['i', 't']],
    ['DELETE FROM t WHERE id = ? AND last_insert_rowid() > 1', ['x'], ['t']],
    ['DELETE FROM bytes WHERE id = ?', [new Uint8Array([1])], ['bytes']],
    ['DELETE FROM nocase WHERE id = ?', ['x'], ['nocase']],
    ['INSERT INTO nocase (id) VALUES (?)', ['x'], ['nocase']],
    ['INSERT INTO i (a) VALUES (?)', ['x'], ['i']],
    ['INSERT INTO i (id, a) VALUES (NULL, ?)', ['x'], ['i']],
    ['INSERT INTO i (id, a) VALUES (1 + 1, ?)', ['x'], ['i']],
    ['INSERT INTO t (rowid, id) VALUES (1, ?)', ['x'], ['t']],
    ['INSERT INTO t (id) SELECT a FROM i', [], ['i', 't']],
    ['INSERT INTO t (id, n) VALUES (?, 1) ON CONFLICT (id) DO UPDATE SET id = ?', ['x', 'y'], ['t']],
    ['INSERT INTO t (id, n) VALUES (?, 1) ON CONFLICT (id) DO UPDATE SET n = (SELECT count(*) FROM t)', ['x'], ['t']],
    ["INSERT INTO pair (a, b) VALUES ('x', 1), ('y', 2)", [], ['pair']],
    // A row with the same e-mail may come, wherever it is.
    ['INSERT INTO u (id, email) VALUES (?, ?)', ['x', 'e'], ['u']],
    ['UPDATE u SET email = ? WHERE id = ?', ['e', 'x'], ['u']],
    ['UPDATE u SET (name, "EMAIL") = (1, 2) WHERE id = ?', ['x'], ['u']],
    ['UPDATE partial SET b = 1 WHERE id = ?', ['x'], ['partial']],
    ['DELETE FROM u WHERE id = ?', ['x'], ['u']],
  ])('%s', (sql, params, tables) => {
    expect(of(sql, params)).toEqual({ tables })
  })

  test('of tables that foreign keys lead to, and of those that they change', () => {
    expect(of('INSERT INTO ticks (id, item) VALUES (?, ?)', ['x', 'i'])).toEqual({ tables: ['items', 'users'], ticks: [key('x')] })
    expect(of('DELETE FROM lists WHERE id = ?', ['l'])).toEqual({ tables: ['items', 'lists', 'made', 'ticks', 'users'] })
    expect(of('UPDATE ticks SET item = ? WHERE id = ?', ['i', 'x'])).toEqual({ tables: ['items', 'users'], ticks: [key('x')] })
    expect(of('UPDATE made SET a = ? WHERE id = ?', ['l', 'x'])).toEqual({ tables: ['lists'], made: [key('x')] })
    expect(of('UPDATE tree SET parent = ? WHERE id = ?', ['a', 'b'])).toEqual({ tables: ['tree'] })
  })
})

describe('anything may matter', () => {
  test.each<[string, SqlParams]>([
    ['UPDATE watched SET a = 1 WHERE id = ?', ['x']],
    ['UPDATE v SET n = 1 WHERE id = ?', ['x']],
    ['INSERT INTO counted (id, a) VALUES (1, 2)', []],
    ['SELECT seq FROM sqlite_sequence', []],
  ])('%s', (sql, params) => {
    expect(of(sql, params)).toEqual({ tables: undefined })
  })
})

test('RETURNING, where a WHERE ends, is no name that a column can have', () => {
  expect(() => driver.prepare('SELECT 1 FROM t WHERE returning = 1')).toThrow(/syntax error/)
})
