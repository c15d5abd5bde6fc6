import { type BindValue, type ExactValue, Real } from '@savepoint/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Driver } from '../driver.ts'
import type { Engine } from '../engines.contract.ts'

export function describeFunctions(engine: Engine): void {
  describe('functions', () => {
    let driver: Driver
    let calls: ExactValue[][]
    beforeEach(async () => {
      driver = await engine.open()
      calls = []
      driver.defineFunction('seen', (...args) => {
        calls.push(args)
        return null
      })
    })
    afterEach(() => driver.close())

    const returned = (value: BindValue) => {
      driver.defineFunction('give', () => value)
      return driver.prepare('SELECT typeof(give()) AS type, give() AS value').get()
    }

    test('arguments are exact values, any number of them', () => {
      driver.exec('SELECT seen()')
      driver.exec("SELECT seen(1, 1.0, -0.0, 0.5, 9007199254740992, -9223372036854775808, 9e18, 'a', '', x'01ff', x'', NULL)")
      expect(calls).toStrictEqual([
        [],
        [1, new Real(1), new Real(-0), 0.5, 2n ** 53n, -(2n ** 63n), 9e18, 'a', '', new Uint8Array([1, 255]), new Uint8Array(0), null],
      ])
      driver.prepare('SELECT seen(?, ?, ?)').get(['a\0é', 3e9, 'long '.repeat(30_000)])
      expect(calls.at(-1)).toEqual(['a\0é', 3e9, 'long '.repeat(30_000)])
      driver.exec(`SELECT seen(${Array.from({ length: 100 }, (_, i) => i).join(', ')})`)
      expect(calls.at(-1)).toHaveLength(100)
    })

    test.each<[BindValue, string, unknown]>([
      [1, 'integer', 1],
      [3e9, 'integer', 3e9],
      [-3e9, 'integer', -3e9],
      [0.5, 'real', 0.5],
      [new Real(1), 'real', 1],
      [2n ** 63n - 1n, 'integer', 2n ** 63n - 1n],
      [-1n, 'integer', -1],
      [true, 'integer', 1],
      [null, 'null', null],
      [undefined, 'null', null],
      ['a\0é', 'text', 'a\0é'],
      ['', 'text', ''],
      ['x'.repeat(100_000), 'text', 'x'.repeat(100_000)],
      [new Uint8Array([1, 0]), 'blob', new Uint8Array([1, 0])],
      [new Uint8Array(0), 'blob', new Uint8Array(0)],
      [new Uint8Array(100_000), 'blob', new Uint8Array(100_000)],
    ])('a result is bound by the bind rule', (value, type, read) => {
      expect(returned(value)).toStrictEqual({ type, value: read })
    })

    test('results do not overwrite one another, or parameters', () => {
      driver.defineFunction('say', (text, n) => `${text}${n}`)
      const rows = driver
        .prepare('WITH k(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < 5000) SELECT say(?1, i) AS a, ?1 AS b FROM k')
        .all(['t'])
      expect(rows).toHaveLength(5_000)
      expect(rows.every((row, i) => row.a === `t${i + 1}` && row.b === 't')).toBe(true)
      expect(driver.prepare("SELECT say('a', 1) || say('b', 2) || ? || say('c', ?) AS s").get(['-', 3])).toEqual({ s: 'a1b2-c3' })
    })

    test('a result that cannot be bound fails the statement', () => {
      expect(() => returned(new Date(0) as never)).toThrow('The result of give() is a Date, which SQLite cannot hold')
      expect(() => returned(Promise.resolve(1) as never)).toThrow('The result of give() is a Promise')
      expect(() => returned(2n ** 63n)).toThrow('The result of give() is 9223372036854775808, beyond the 64 bits')
    })

    test('an exception fails the statement, with its message and itself as the cause', () => {
      const cause = new RangeError('no more')
      driver.exec('CREATE TABLE t (a)')
      driver.defineFunction('fail', (a) => {
        if (a === 3) throw cause
        return a as number
      })
      const insert = driver.prepare('INSERT INTO t SELECT fail(value) FROM json_each(?)')
      const failed = expect.objectContaining({ name: 'SqliteError', code: 'SQLITE_ERROR', message: 'no more', cause })
      for (const method of ['run', 'get', 'all', 'exact'] as const) expect(() => insert[method](['[1, 2, 3, 4]'])).toThrow(failed)
      expect(() => driver.exec('SELECT fail(3)')).toThrow(failed)
      expect(driver.prepare('SELECT count(*) AS n FROM t').get()).toEqual({ n: 0 })
      expect(insert.run(['[1, 2]']).changes).toBe(2)
      driver.defineFunction('fail', () => {
        throw 'a string'
      })
      expect(() => driver.exec('SELECT fail()')).toThrow('a string')
    })

    test('usable in triggers, TEMP ones too, and an exception there takes the statement back', () => {
      driver.exec(`
        CREATE TABLE t (id INTEGER PRIMARY KEY, a);
        CREATE TRIGGER main_trigger AFTER INSERT ON t BEGIN SELECT seen('main', NEW.id, NEW.a); END;
        CREATE TEMP TRIGGER temp_trigger AFTER UPDATE ON t BEGIN SELECT seen('temp', OLD.a, NEW.a); END`)
      driver.exec("INSERT INTO t VALUES (1, 'x'), (2, 1.0); UPDATE t SET a = 'y' WHERE id = 1")
      expect(calls).toEqual([
        ['main', 1, 'x'],
        ['main', 2, new Real(1)],
        ['temp', 'x', 'y'],
      ])
      driver.defineFunction('seen', () => {
        throw new Error('not now')
      })
      expect(() => driver.prepare("INSERT INTO t VALUES (3, 'z')").run()).toThrow('not now')
      expect(driver.prepare('SELECT count(*) AS n FROM t').get()).toEqual({ n: 2 })
    })

    test('a function may not use its own database', () => {
      const other = driver.prepare('SELECT 1')
      const attempts: (() => unknown)[] = [
        () => other.get(),
        () => other.run(),
        () => other.all(),
        () => other.exact(),
        () => other.finalize(),
        () => driver.prepare('SELECT 2'),
        () => driver.exec('SELECT 3'),
        () => driver.serialize(),
        () => driver.defineFunction('g', () => 1),
        () => driver.close(),
      ]
      let attempt: (() => unknown) | undefined
      driver.defineFunction('again', () => attempt?.() as null)
      for (attempt of attempts) {
        expect(() => driver.prepare('SELECT again()').get()).toThrow('A function called from SQL may not use the database.')
      }
      expect(other.get()).toEqual({ 1: 1 })
    })

    test('two databases may each have a function of one name, and use one another', async () => {
      const second = await engine.open()
      const third = await engine.open()
      driver.defineFunction('f', (x) => `first ${x}`)
      second.defineFunction('f', (x) => `second ${x}`)
      third.defineFunction('F', (x) => `third, ${second.prepare('SELECT f(?) AS r').get([x])?.r}`)
      const of = (d: Driver) => d.prepare('SELECT f(?) AS r').get(['text'])?.r
      expect([driver, second, third].map(of)).toEqual(['first text', 'second text', 'third, second text'])
      third.close()
      expect([driver, second].map(of)).toEqual(['first text', 'second text'])
      second.close()
      expect(of(driver)).toBe('first text')
    })

    test('a function can be defined anew, in whatever case', () => {
      for (let i = 1; i < 20; i++) {
        driver.defineFunction('f', () => i)
        driver.defineFunction('G', () => -i)
        driver.defineFunction('F', () => i * 10)
        expect(driver.prepare('SELECT f() AS f, g() AS g').get()).toEqual({ f: i * 10, g: -i })
      }
    })
  })
}
