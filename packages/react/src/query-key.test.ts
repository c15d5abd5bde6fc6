import { describe, expect, test } from 'vitest'
import { queryKey } from './query-key.ts'

const key = (...args: Parameters<typeof queryKey>) => queryKey(...args).key

describe('a key', () => {
  test('is the same for the same text and values, whoever made them', () => {
    expect(key('SELECT ?', [1, 'a', null])).toBe(key('SELECT ?', [1, 'a', null]))
    expect(key('SELECT :a', { a: 1 })).toBe(key('SELECT :a', { a: 1 }))
    expect(key({ sql: 'SELECT ?', parameters: [1] }, undefined)).toBe(key({ sql: 'SELECT ?', params: [1] }, undefined))
  })

  test.each([
    [['1'], [1]],
    [[1n], [1]],
    [[true], [1]],
    [[null], ['null']],
    [[undefined], [null]],
    [[0], [-0]],
    [[new Uint8Array([1, 2])], [new Uint8Array([12])]],
    [[new Uint8Array([49])], ['1']],
    [['a', 'b'], ['a,b']],
    [[1, 2], [12]],
    [[], ['']],
    [{ a: 1 }, { b: 1 }],
  ])('tells %o from %o', (one, other) => {
    expect(key('SELECT ?', one)).not.toBe(key('SELECT ?', other))
  })

  test('tells a text from another with parameters, and parameters given twice from once', () => {
    expect(key('a', ['b'])).not.toBe(key('ab', []))
    expect(key({ sql: 'a', parameters: [1] }, [1])).not.toBe(key({ sql: 'a', parameters: [1] }, undefined))
  })
})
