import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Driver } from '../driver.ts'
import type { Engine } from '../engines.contract.ts'

export function describeStatements(engine: Engine): void {
  describe('statements', () => {
    let driver: Driver
    beforeEach(async () => {
      driver = await engine.open()
      driver.exec("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); INSERT INTO t (a) VALUES ('x'), ('y'), ('z')")
    })
    afterEach(() => driver.close())

    test('get, all, exact and run', () => {
      const statement = driver.prepare('SELECT * FROM t ORDER BY id')
      expect(statement.get()).toStrictEqual({ id: 1, a: 'x' })
      expect(statement.all()).toStrictEqual([
        { id: 1, a: 'x' },
        { id: 2, a: 'y' },
        { id: 3, a: 'z' },
      ])
      expect(statement.exact()).toStrictEqual([
        [1, 'x'],
        [2, 'y'],
        [3, 'z'],
      ])
      expect(statement.run()).toStrictEqual({ changes: 0, lastInsertRowid: 3 })
      expect(driver.prepare('SELECT * FROM t WHERE id = 9').get()).toBeUndefined()
      expect(driver.prepare('SELECT * FROM t WHERE id = 9').all()).toEqual([])
    })

    test('a statement without rows can be asked for them', () => {
      expect(driver.prepare("INSERT INTO t (a) VALUES ('1')").get()).toBeUndefined()
      expect(driver.prepare("INSERT INTO t (a) VALUES ('2')").all()).toEqual([])
      expect(driver.prepare("INSERT INTO t (a) VALUES ('3')").exact()).toEqual([])
      expect(driver.prepare('SELECT count(*) AS n FROM t').get()).toEqual({ n: 6 })
    })

    test('run reports changes and the last rowid', () => {
      expect(driver.prepare("INSERT INTO t (a) VALUES ('p'), ('q')").run()).toStrictEqual({ changes: 2, lastInsertRowid: 5 })
      expect(driver.prepare("UPDATE t SET a = 'r' WHERE id < 3").run()).toStrictEqual({ changes: 2, lastInsertRowid: 5 })
      expect(driver.prepare("UPDATE t SET a = 'r' WHERE id > 9").run()).toStrictEqual({ changes: 0, lastInsertRowid: 5 })
      expect(driver.prepare('CREATE TABLE u (a)').run()).toStrictEqual({ changes: 0, lastInsertRowid: 5 })
      expect(driver.prepare('DELETE FROM t').run()).toStrictEqual({ changes: 5, lastInsertRowid: 5 })
      const rowid = 2n ** 62n
      expect(driver.prepare('INSERT INTO t (id) VALUES (?)').run([rowid])).toStrictEqual({ changes: 1, lastInsertRowid: rowid })
      expect(driver.prepare('INSERT INTO t (id) VALUES (?)').run([-5])).toStrictEqual({ changes: 1, lastInsertRowid: -5 })
    })

    test('RETURNING runs to completion, however it is called', () => {
      const insert = driver.prepare("INSERT INTO t (a) VALUES ('p'), ('q') RETURNING id, a")
      expect(insert.columns).toEqual(['id', 'a'])
      expect(insert.run()).toStrictEqual({ changes: 2, lastInsertRowid: 5 })
      expect(insert.get()).toEqual({ id: 6, a: 'p' })
      expect(insert.all()).toEqual([
        { id: 8, a: 'p' },
        { id: 9, a: 'q' },
      ])
      expect(insert.exact()).toEqual([
        [10, 'p'],
        [11, 'q'],
      ])
      expect(driver.prepare('SELECT count(*) AS n FROM t').get()).toEqual({ n: 11 })
    })

    test('get of a RETURNING statement still finds what fails after its first row', () => {
      driver.exec('CREATE TABLE child (t REFERENCES t (id))')
      driver.exec('BEGIN')
      expect(() => driver.prepare('INSERT INTO child VALUES (1), (99) RETURNING t').get()).toThrow('FOREIGN KEY constraint failed')
      driver.exec('COMMIT')
      expect(driver.prepare('SELECT * FROM child').all()).toEqual([])
    })

    test('what it tells of itself', () => {
      const select = driver.prepare('SELECT id, a AS "a b", 1 + 1 FROM t')
      expect(select.sql).toBe('SELECT id, a AS "a b", 1 + 1 FROM t')
      expect(select.columns).toEqual(['id', 'a b', '1 + 1'])
      expect(driver.prepare('DELETE FROM t').columns).toEqual([])
      const readonly = (sql: string) => driver.prepare(sql).readonly
      expect(readonly('SELECT * FROM t')).toBe(true)
      expect(readonly('WITH x AS (SELECT 1) SELECT * FROM x')).toBe(true)
      expect(readonly('BEGIN')).toBe(true)
      expect(readonly('SAVEPOINT s')).toBe(true)
      expect(readonly('INSERT INTO t DEFAULT VALUES')).toBe(false)
      expect(readonly('WITH x AS (SELECT 1) DELETE FROM t')).toBe(false)
      expect(readonly('UPDATE t SET a = 1 WHERE 0 RETURNING id')).toBe(false)
      expect(readonly('CREATE TABLE u (a)')).toBe(false)
      expect(readonly('VACUUM')).toBe(false)
      expect(readonly('BEGIN IMMEDIATE')).toBe(false)
    })

    test('columns of one name: the last wins in a row, all are in exact', () => {
      const statement = driver.prepare('SELECT 1 AS a, 2 AS a')
      expect(statement.get()).toEqual({ a: 2 })
      expect(statement.exact()).toEqual([[1, 2]])
    })

    test('a column may be called __proto__', () => {
      const row = driver.prepare('SELECT 1 AS "__proto__", 2 AS "constructor"').get()
      expect(Object.entries(row ?? {})).toEqual([
        ['__proto__', 1],
        ['constructor', 2],
      ])
    })

    test('exactly one statement is prepared', () => {
      expect(() => driver.prepare('SELECT 1; SELECT 2')).toThrow('The SQL text holds more than one statement')
      expect(() => driver.prepare('SELECT 1; oops')).toThrow('The SQL text holds more than one statement')
      for (const empty of ['', '  ', ';', '-- only a comment', '/* and another */ ;']) {
        expect(() => driver.prepare(empty), empty).toThrow('The SQL text holds no statement.')
      }
      expect(driver.prepare(' SELECT 1 AS n ; ; -- done; really\n /* yes; */ ').get()).toEqual({ n: 1 })
      expect(() => driver.prepare('SELECT 1 \0; DELETE FROM t')).toThrow('The SQL text holds a NUL character')
      expect(() => driver.exec('SELECT 1; \0 DELETE FROM t')).toThrow('The SQL text holds a NUL character')
      expect(driver.prepare("SELECT 'é;ü' AS é").get()).toEqual({ é: 'é;ü' })
    })

    test('exec runs all, up to one that fails', () => {
      driver.exec("/* first */; INSERT INTO t (a) VALUES ('1'); -- then\n; SELECT * FROM t; INSERT INTO t (a) VALUES ('2');")
      expect(() => driver.exec("INSERT INTO t (a) VALUES ('3'); INSERT INTO nowhere VALUES (1); INSERT INTO t (a) VALUES ('4')")).toThrow(
        'no such table: nowhere',
      )
      expect(driver.prepare("SELECT group_concat(a, '') AS a FROM t").get()).toEqual({ a: 'xyz123' })
      driver.exec('')
      driver.exec(' -- nothing')
    })

    test('exec keeps the text of a schema as it is written', () => {
      const trigger = "CREATE TRIGGER r AFTER INSERT ON t BEGIN /* ; */ SELECT 1; -- ;\n SELECT ';'; END"
      driver.exec(`/* a */; ${trigger};`)
      expect(driver.prepare("SELECT sql FROM sqlite_schema WHERE name = 'r'").get()).toEqual({ sql: trigger })
    })

    test('a statement survives a change of the schema', () => {
      const all = driver.prepare('SELECT * FROM t WHERE id = 1')
      const insert = driver.prepare('INSERT INTO t (a) VALUES (?)')
      expect(all.get()).toEqual({ id: 1, a: 'x' })
      driver.exec('ALTER TABLE t ADD COLUMN b DEFAULT 5')
      expect(all.get()).toStrictEqual({ id: 1, a: 'x', b: 5 })
      expect(all.columns).toEqual(['id', 'a', 'b'])
      driver.prepare('ALTER TABLE t RENAME COLUMN b TO c').run()
      expect(all.all()).toStrictEqual([{ id: 1, a: 'x', c: 5 }])
      expect(insert.run(['w']).lastInsertRowid).toBe(4)
      driver.exec('BEGIN; ALTER TABLE t RENAME COLUMN c TO d')
      expect(all.get()).toStrictEqual({ id: 1, a: 'x', d: 5 })
      driver.prepare('ROLLBACK').run()
      expect(all.get()).toStrictEqual({ id: 1, a: 'x', c: 5 })
      driver.exec('ALTER TABLE t DROP COLUMN c')
      expect(all.exact()).toEqual([[1, 'x']])
      expect(all.get()).toStrictEqual({ id: 1, a: 'x' })
    })

    test('many statements at once', () => {
      const statements = Array.from({ length: 2_000 }, (_, i) => driver.prepare(`SELECT ${i} AS n, a FROM t WHERE id = ?`))
      for (const [i, statement] of statements.entries()) expect(statement.get([(i % 3) + 1])?.n).toBe(i)
      for (const statement of statements) statement.finalize()
      expect(driver.prepare('SELECT 1 AS n').get()).toEqual({ n: 1 })
    })

    test('memory may grow while statements are held', () => {
      driver.exec('CREATE TABLE big (b BLOB)')
      const select = driver.prepare('SELECT a FROM t WHERE a = ?')
      const insert = driver.prepare('INSERT INTO big VALUES (?)')
      const read = driver.prepare('SELECT b, length(b) AS n FROM big')
      expect(select.get(['x'])).toEqual({ a: 'x' })
      const blob = new Uint8Array(20_000_000).fill(7)
      for (let i = 0; i < 3; i++) expect(insert.run([blob]).changes).toBe(1)
      expect(select.get(['y'])).toEqual({ a: 'y' })
      const [first] = read.all()
      expect(first?.n).toBe(blob.length)
      expect(Buffer.compare(first?.b as Uint8Array, blob)).toBe(0)
    })
  })
}
