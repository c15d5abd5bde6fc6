import { SuperJSON } from 'superjson'
import { describe, expect, test } from 'vitest'
import { DATA_DEPTH_MAX } from './check-data.ts'
import { decodeData, encodeData } from './encode-data.ts'

const survivors: [string, unknown][] = [
  ['plain JSON', { a: [1, 'x', true, null], b: { c: 0.5 } }],
  ['Date', { at: new Date(1_700_000_000_000) }],
  ['bigint', [2n ** 62n, -1n]],
  ['bytes', { b: new Uint8Array([0, 255, 7]) }],
  [
    'Map',
    new Map<unknown, unknown>([
      ['k', new Map([[1, 2n]])],
      [3, new Date(0)],
    ]),
  ],
  ['Set', new Set([1, 'two', 3n])],
  ['undefined in an object', { a: undefined, b: 1 }],
  ['undefined itself', undefined],
  ['numbers that JSON has not', [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]],
  ['minus zero', -0],
  ['keys with dots', { 'a.b': { 'c\\d': 1n } }],
  ['text with NUL and an emoji', 'a\u0000b😀'],
]

describe('what survives', () => {
  test.each(survivors)('%s', (_, value) => {
    expect(decodeData(encodeData(value))).toStrictEqual(value)
  })

  test('the same object twice is two equal objects', () => {
    const shared = { at: new Date(5) }
    expect(decodeData(encodeData({ a: shared, b: shared }))).toStrictEqual({ a: { at: new Date(5) }, b: { at: new Date(5) } })
  })
})

const cycle: { self?: unknown } = {}
cycle.self = cycle

function nested(depth: number): unknown {
  return depth === 0 ? 1 : [nested(depth - 1)]
}

describe('what cannot be sent', () => {
  class Money {}
  test.each<[string, unknown, RegExp]>([
    ['RegExp', { a: /x/ }, /value\.a is a RegExp/],
    ['Error', [new Error('x')], /value\[0\] is a Error/],
    ['URL', new URL('http://x.y'), /value is a URL/],
    ['a class instance', { m: new Money() }, /value\.m is a Money/],
    ['a function', { f: () => 1 }, /value\.f is a function/],
    ['a symbol', Symbol('s'), /value is a symbol/],
    ['a __proto__ key', JSON.parse('{"__proto__":1}'), /key "__proto__"/],
    ['a constructor key', { constructor: 1 }, /key "constructor"/],
    ['a cycle', cycle, /nests deeper/],
    ['too deep', nested(DATA_DEPTH_MAX + 1), /nests deeper/],
    ['a class instance in a Map', new Map([[new Money(), 1]]), /Money/],
  ])('%s', (_, value, message) => {
    expect(() => encodeData(value)).toThrow(message)
  })

  test('the deepest allowed value passes', () => {
    expect(decodeData(encodeData(nested(DATA_DEPTH_MAX)))).toStrictEqual(nested(DATA_DEPTH_MAX))
  })
})

describe('what arrives is not trusted', () => {
  const attack = new SuperJSON()
  test.each<[string, string]>([
    ['not JSON', '{"json":'],
    ['no envelope', '[1]'],
    ['null', 'null'],
    ['a __proto__ key', '{"json":{"__proto__":{"polluted":1}}}'],
    ['a prototype key deep down', '{"json":[{"a":{"prototype":1}}]}'],
    ['a RegExp', attack.stringify(/x/)],
    ['an Error', attack.stringify(new Error('x'))],
    ['a URL', attack.stringify(new URL('http://x.y'))],
    ['another typed array', attack.stringify(new Float64Array([1]))],
    ['a class', '{"json":{},"meta":{"values":[["class","Money"]]}}'],
    ['a custom type', '{"json":{},"meta":{"values":[["custom","Money"]]}}'],
    ['a symbol', '{"json":"s","meta":{"values":[["symbol","s"]]}}'],
    ['a type path through __proto__', '{"json":{},"meta":{"values":{"__proto__.x":["Date"]}}}'],
    ['an escaped path through constructor', '{"json":{},"meta":{"values":{"a.con\\\\structor":["Date"]}}}'],
    ['a type that does not fit', '{"json":{"a":1},"meta":{"values":{"a":["map"]}}}'],
    ['malformed types', '{"json":1,"meta":{"values":7}}'],
    ['types without end', `{"json":1,"meta":{"values":${'[{"a":'.repeat(200)}["Date"]${'}]'.repeat(200)}}}`],
    ['JSON without end', `{"json":${'['.repeat(40)}${']'.repeat(40)}}`],
  ])('%s', (_, text) => {
    expect(() => decodeData(text)).toThrow(expect.objectContaining({ code: 'bad-message' }))
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })

  test('referential equalities are ignored, so no cycle can arrive', () => {
    const text = '{"json":{"a":{},"b":null},"meta":{"values":{},"referentialEqualities":{"a":["b"]}}}'
    expect(decodeData(text)).toStrictEqual({ a: {}, b: null })
  })
})

test('nothing is encoded that would be refused when it is decoded', () => {
  const nest = (depth: number): unknown => (depth === 0 ? 1 : new Map([['k', nest(depth - 1)]]))
  for (let depth = 1; depth <= 32; depth++) {
    let text: string
    try {
      text = encodeData(nest(depth))
    } catch (error) {
      expect(error).toBeInstanceOf(TypeError)
      expect(depth).toBeGreaterThan(8)
      continue
    }
    expect(decodeData(text)).toEqual(nest(depth))
  }
})
