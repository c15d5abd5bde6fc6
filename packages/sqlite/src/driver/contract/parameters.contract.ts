import type { SqlParams } from '@savepoint/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Driver } from '../driver.ts'
import type { Engine } from '../engines.contract.ts'

export function describeParameters(engine: Engine): void {
  describe('parameters', () => {
    let driver: Driver
    beforeEach(async () => {
      driver = await engine.open()
    })
    afterEach(() => driver.close())

    const values = (sql: string, params?: SqlParams) => driver.prepare(sql).exact(params)[0]

    test('by position', () => {
      expect(values('SELECT ?, ?', [1, 'a'])).toEqual([1, 'a'])
      expect(values('SELECT ?2, ?1, ?2', [1, 'a'])).toEqual(['a', 1, 'a'])
      expect(values('SELECT ?, ?1, ?', [1, 2])).toEqual([1, 1, 2])
      expect(values('SELECT :b, :a, :b', [1, 2])).toEqual([1, 2, 1])
      expect(values('SELECT :b, ?, ?2', [1, 2])).toEqual([1, 2, 2])
      expect(values('SELECT 1', [])).toEqual([1])
      expect(values('SELECT 1')).toEqual([1])
    })

    test('by name, with any of the three prefixes', () => {
      expect(values('SELECT :a, @b, $c', { a: 1, b: 2, c: 3 })).toEqual([1, 2, 3])
      expect(values('SELECT :a, @a, :a', { a: 1 })).toEqual([1, 1, 1])
      expect(values('SELECT :naïve_1, $x2', { naïve_1: 1, x2: 2 })).toEqual([1, 2])
      expect(values('SELECT ?2, ?1', { 1: 'a', 2: 'b' })).toEqual(['b', 'a'])
      expect(values('SELECT :a', { a: undefined })).toEqual([null])
      expect(values('SELECT :a', Object.assign(Object.create(null), { a: 1 }))).toEqual([1])
      expect(values('SELECT :constructor', { constructor: 1 as never })).toEqual([1])
      expect(values('SELECT :__proto__', JSON.parse('{"__proto__": 1}'))).toEqual([1])
      expect(values('SELECT 1', {})).toEqual([1])
    })

    test('what only looks like a parameter is none', () => {
      const sql = `SELECT ':a', ":b", [?c], \`@d\`, 'it''s ?' -- :e
        /* :f ? */ , x'00', 1e3, :g, a$b, "q""?" FROM (SELECT 1 ":b", 2 "?c", 3 "@d", 4 a$b, 5 "q""?")`
      expect(values(sql, { g: 7 })).toEqual([':a', 1, 2, 3, "it's ?", new Uint8Array(1), expect.anything(), 7, 4, 5])
    })

    test('many', () => {
      const params = Array.from({ length: 5_000 }, (_, i) => i)
      const rows = driver.prepare(`VALUES ${params.map(() => '(?)').join(', ')}`).exact(params)
      expect(rows).toEqual(params.map((value) => [value]))
    })

    test.each<[string, SqlParams | undefined, string]>([
      ['SELECT ?, ?', [1], 'The statement takes 2 parameters, but 1 were given.'],
      ['SELECT ?', undefined, 'The statement takes 1 parameter, but 0 were given.'],
      ['SELECT ?', [1, 2], 'The statement takes 1 parameter, but 2 were given.'],
      ['SELECT 1', [1], 'The statement takes 0 parameters, but 1 were given.'],
      ['SELECT :a, :b', undefined, 'The statement takes 2 parameters, but 0 were given: the statement has :a, :b.'],
      ['SELECT :a, @b', { a: 1 }, 'Missing parameter @b: the statement has :a, @b.'],
      ['SELECT :a', { a: 1, b: 2 }, 'Unknown parameter "b": the statement has :a.'],
      ['SELECT 1', { a: 1 }, 'Unknown parameter "a".'],
      ['SELECT :toString', {}, 'Missing parameter :toString: the statement has :toString.'],
      ['SELECT :a, ?', { a: 1 }, 'Parameter 2 is a bare ?, which has no name: pass an array of values.'],
      ['SELECT :a', { ':a': 1 }, 'Missing parameter :a: the statement has :a. Names are given without their prefix.'],
    ])('%s with %j is refused', (sql, params, message) => {
      const statement = driver.prepare(sql)
      for (const method of ['run', 'get', 'all', 'exact'] as const) {
        expect(() => statement[method](params)).toThrow(new RangeError(message))
      }
    })

    test('nothing bound stays for the next call', () => {
      const statement = driver.prepare('SELECT :a AS a, :b AS b')
      expect(statement.get({ a: 'x', b: new Uint8Array([1]) })).toEqual({ a: 'x', b: new Uint8Array([1]) })
      expect(() => statement.get({ a: 'y' })).toThrow('Missing parameter :b')
      expect(statement.get({ a: undefined, b: 'z' })).toEqual({ a: null, b: 'z' })
    })
  })
}
