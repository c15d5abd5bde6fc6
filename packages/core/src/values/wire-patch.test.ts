import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type ExactValue, Real, sameValue } from './exact-value.ts'
import { rowKey } from './row-change.ts'
import { decodePatch, decodeRow, encodePatch, encodeRow } from './wire-patch.ts'

const exactValue: fc.Arbitrary<ExactValue> = fc.oneof(
  fc.constant(null),
  fc.maxSafeInteger().map((n) => n + 0),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).filter((n) => !Number.isSafeInteger(Number(n))),
  fc.double({ noNaN: true }).map((n) => (Number.isSafeInteger(n) ? new Real(n) : n)),
  fc.maxSafeInteger().map((n) => new Real(n)),
  fc.string({ unit: 'grapheme' }),
  fc.constant('a\u0000b'),
  fc.uint8Array({ maxLength: 100 }),
)

test('every row survives JSON exactly', () => {
  fc.assert(
    fc.property(fc.array(exactValue), (row) => {
      const back = decodeRow(JSON.parse(JSON.stringify(encodeRow(row))))
      expect(back.length).toBe(row.length)
      for (const [i, value] of row.entries()) expect(sameValue(back[i] as ExactValue, value)).toBe(true)
    }),
  )
})

test('the format is pinned', () => {
  const patch = [{ table: 't', puts: [[1, 1.5, new Real(1), 2n ** 60n, null, 'x', new Uint8Array([1, 2, 3, 4])]], deletes: [[7, 'k']] }]
  const text = '[["t",[[1,1.5,["r",1],["i","1152921504606846976"],null,"x",["b","AQIDBA=="]]],[[7,"k"]]]]'
  expect(JSON.stringify(encodePatch(patch))).toBe(text)
  expect(decodePatch(JSON.parse(text))).toStrictEqual(patch)
})

describe('malformed changes are refused', () => {
  test.each([
    '{}',
    'null',
    '[1]',
    '[["t"]]',
    '[["t",[],[],[]]]',
    '[[1,[],[]]]',
    '[["t",[1],[]]]',
    '[["t",[[true]],[]]]',
    '[["t",[[{}]],[]]]',
    '[["t",[[["i","7"]]],[]]]',
    '[["t",[[["i","x"]]],[]]]',
    '[["t",[[["r",1.5]]],[]]]',
    '[["t",[[["r","NaN"]]],[]]]',
    '[["t",[[["b","a"]]],[]]]',
    '[["t",[[["b","a*=="]]],[]]]',
    '[["t",[[["z","a"]]],[]]]',
    '[["t",[[["b","","" ]]],[]]]',
  ])('%s', (text) => {
    expect(() => decodePatch(JSON.parse(text))).toThrow(expect.objectContaining({ code: 'bad-message' }))
  })
})

test('keys are equal for the same values and for no others', () => {
  fc.assert(
    fc.property(fc.array(exactValue, { minLength: 1, maxLength: 3 }), fc.array(exactValue, { minLength: 1, maxLength: 3 }), (a, b) => {
      const same = a.length === b.length && a.every((value, i) => sameValue(value, b[i] as ExactValue))
      expect(rowKey(a) === rowKey(b)).toBe(same)
      expect(rowKey(a)).toBe(rowKey([...a]))
    }),
  )
})
