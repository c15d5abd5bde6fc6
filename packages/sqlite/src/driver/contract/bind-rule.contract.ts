import { type BindValue, Real } from '@savepoint/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Driver } from '../driver.ts'
import type { Engine } from '../engines.contract.ts'

const INT64_MAX = 2n ** 63n - 1n
const INT64_MIN = -(2n ** 63n)

/** What is bound is what is stored, and what is stored is what is read. */
export function describeBindRule(engine: Engine): void {
  describe('the bind rule', () => {
    let driver: Driver
    beforeEach(async () => {
      driver = await engine.open()
    })
    afterEach(() => driver.close())

    const bound = (value: BindValue) => driver.prepare('SELECT typeof(?1) AS type, ?1 AS value').get([value])
    const exact = (value: BindValue) => driver.prepare('SELECT ?').exact([value])[0]?.[0]

    test.each<[string, BindValue, string, unknown]>([
      ['0', 0, 'integer', 0],
      ['1', 1, 'integer', 1],
      ['-0', -0, 'integer', 0],
      ['2^31 - 1', 2 ** 31 - 1, 'integer', 2 ** 31 - 1],
      ['2^31', 2 ** 31, 'integer', 2 ** 31],
      ['-2^31', -(2 ** 31), 'integer', -(2 ** 31)],
      ['-2^31 - 1', -(2 ** 31) - 1, 'integer', -(2 ** 31) - 1],
      ['2^32', 2 ** 32, 'integer', 2 ** 32],
      ['-2^32', -(2 ** 32), 'integer', -(2 ** 32)],
      ['3e9', 3e9, 'integer', 3_000_000_000],
      ['the largest safe integer', Number.MAX_SAFE_INTEGER, 'integer', Number.MAX_SAFE_INTEGER],
      ['the smallest safe integer', Number.MIN_SAFE_INTEGER, 'integer', Number.MIN_SAFE_INTEGER],
      ['2^53, no longer safe', 2 ** 53, 'real', 2 ** 53],
      ['-2^53', -(2 ** 53), 'real', -(2 ** 53)],
      ['0.5', 0.5, 'real', 0.5],
      ['1e300', 1e300, 'real', 1e300],
      ['the smallest double', Number.MIN_VALUE, 'real', Number.MIN_VALUE],
      ['Infinity', Number.POSITIVE_INFINITY, 'real', Number.POSITIVE_INFINITY],
      ['-Infinity', Number.NEGATIVE_INFINITY, 'real', Number.NEGATIVE_INFINITY],
      ['NaN, which SQLite holds as NULL', Number.NaN, 'null', null],
      ['5n', 5n, 'integer', 5],
      ['2n ** 53n', 2n ** 53n, 'integer', 2n ** 53n],
      ['2n ** 53n + 1n', 2n ** 53n + 1n, 'integer', 2n ** 53n + 1n],
      ['-(2n ** 53n) - 1n', -(2n ** 53n) - 1n, 'integer', -(2n ** 53n) - 1n],
      ['the largest int64', INT64_MAX, 'integer', INT64_MAX],
      ['the smallest int64', INT64_MIN, 'integer', INT64_MIN],
      ['true', true, 'integer', 1],
      ['false', false, 'integer', 0],
      ['null', null, 'null', null],
      ['undefined', undefined, 'null', null],
      ['new Real(1)', new Real(1), 'real', 1],
      ['new Real(0.5)', new Real(0.5), 'real', 0.5],
      ['text', 'abc', 'text', 'abc'],
      ['empty text', '', 'text', ''],
      ['bytes', new Uint8Array([0, 1, 255]), 'blob', new Uint8Array([0, 1, 255])],
      ['no bytes', new Uint8Array(0), 'blob', new Uint8Array(0)],
    ])('%s', (_, value, type, read) => {
      expect(bound(value)).toStrictEqual({ type, value: read })
    })

    test('a number is bound as what it is: division, text affinity', () => {
      expect(driver.prepare('SELECT ? / 2 AS n').get([1])).toEqual({ n: 0 })
      expect(driver.prepare('SELECT ? / 2 AS n').get([new Real(1)])).toEqual({ n: 0.5 })
      driver.exec('CREATE TABLE t (a TEXT)')
      driver.prepare('INSERT INTO t VALUES (?)').run([1])
      expect(driver.prepare('SELECT a FROM t').get()).toEqual({ a: '1' })
    })

    test('exact tells a whole REAL from an INTEGER, with its sign', () => {
      expect(exact(1)).toBe(1)
      expect(exact(new Real(1))).toStrictEqual(new Real(1))
      expect(exact(new Real(0))).toStrictEqual(new Real(0))
      expect(Object.is((exact(new Real(-0)) as Real).value, -0)).toBe(true)
      expect(exact(0.5)).toBe(0.5)
      expect(exact(2 ** 53)).toBe(2 ** 53)
      expect(exact(new Real(2 ** 53))).toBe(2 ** 53)
      expect(exact(2n ** 53n)).toBe(2n ** 53n)
      expect(exact(7n)).toBe(7)
      expect(exact(null)).toBeNull()
      expect(exact('1')).toBe('1')
      expect(exact(new Uint8Array([1]))).toStrictEqual(new Uint8Array([1]))
    })

    test.each([
      ['ASCII, short', 'name7'],
      ['ASCII, long', 'abcdefghij'.repeat(1_000)],
      ['an embedded NUL', 'a\0b'],
      ['only a NUL', '\0'],
      ['a trailing NUL', 'ab\0'],
      ['two bytes a character', 'éàü'],
      ['three', '日本語'],
      ['four', '😀👩‍👩‍👧'],
      ['ASCII first, then not', `${'a'.repeat(20)}é`],
      ['a leading byte order mark', '\ufeffabc'],
      ['longer than the arena for parameters', 'é'.repeat(200_000)],
    ])('text survives: %s', (_, text) => {
      expect(bound(text)?.value).toBe(text)
      expect(driver.prepare('SELECT length(CAST(? AS BLOB)) AS n').get([text])?.n).toBe(new TextEncoder().encode(text).length)
    })

    test('a lone surrogate becomes U+FFFD', () => {
      expect(bound('a\ud800b')?.value).toBe('a\ufffdb')
      expect(bound('\udc00')?.value).toBe('\ufffd')
      expect(bound(`${'x'.repeat(100)}\ud83d`)?.value).toBe(`${'x'.repeat(100)}\ufffd`)
    })

    test('bytes that are not UTF-8 are read as U+FFFD', () => {
      expect(driver.prepare("SELECT CAST(x'41ff42' AS TEXT) AS a").get()?.a).toBe('A\ufffdB')
    })

    test('bytes are read as plain Uint8Arrays of their own', () => {
      const source = new Uint8Array([9, 1, 2, 9]).subarray(1, 3)
      const read = bound(source)?.value as Uint8Array
      expect(read.constructor).toBe(Uint8Array)
      read[0] = 7
      expect(bound(source)?.value).toStrictEqual(new Uint8Array([1, 2]))
    })

    test('a big blob', () => {
      const blob = new Uint8Array(3_000_000).map((_, i) => i % 251)
      expect(Buffer.compare(bound(blob)?.value as Uint8Array, blob)).toBe(0)
    })

    test('many long parameters at once', () => {
      const texts = Array.from({ length: 30 }, (_, i) => String.fromCharCode(97 + (i % 26)).repeat(5_000))
      const columns = texts.map((_, i) => `? AS c${i}`).join(', ')
      expect(Object.values(driver.prepare(`SELECT ${columns}`).get(texts) ?? {})).toEqual(texts)
    })

    test.each<[string, unknown, string]>([
      [
        'a Date',
        new Date(0),
        'Parameter 2 is a Date, which SQLite cannot hold: bind its getTime() as a number, or its toISOString() as text.',
      ],
      ['an object', { a: 1 }, 'Parameter 2 is an object, which SQLite cannot hold: bind JSON.stringify(value) as text.'],
      ['an array', [1], 'Parameter 2 is an array, which SQLite cannot hold: bind JSON.stringify(value) as text.'],
      ['a symbol', Symbol('s'), 'Parameter 2 is a symbol, which SQLite cannot hold.'],
      ['a function', () => 1, 'Parameter 2 is a function, which SQLite cannot hold: call it, and bind what it returns.'],
      ['a promise', Promise.resolve(1), 'Parameter 2 is a Promise: await it first, and bind what it resolves to.'],
      ['an ArrayBuffer', new ArrayBuffer(1), 'Parameter 2 is an ArrayBuffer: bind new Uint8Array(buffer).'],
      [
        'another view',
        new Float64Array(1),
        'Parameter 2 is not a Uint8Array: bind new Uint8Array(view.buffer, view.byteOffset, view.byteLength).',
      ],
    ])('%s is refused, with advice', (_, value, message) => {
      const statement = driver.prepare('SELECT ?, ?')
      expect(() => statement.get([1, value as BindValue])).toThrow(new TypeError(message))
      expect(statement.all([1, 2])).toHaveLength(1)
    })

    test.each([INT64_MAX + 1n, INT64_MIN - 1n])('%s is refused, being beyond 64 bits', (value) => {
      const message = `Parameter :n is ${value}, beyond the 64 bits of an INTEGER: bind it as text.`
      expect(() => driver.prepare('SELECT :n').get({ n: value })).toThrow(new RangeError(message))
    })
  })
}
