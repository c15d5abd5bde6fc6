import { type ExactValue, Real, type Row } from '@savepoint/core'
import { expect, test } from 'vitest'
import { Digest } from './digest.ts'

function digest(...rows: [table: string, ...row: ExactValue[]][]): string {
  const sum = new Digest()
  for (const [table, ...row] of rows) sum.add(table, row)
  return sum.toString()
}

test.each<[string, string, Row]>([
  ['8f54235667606cc8', 't', []],
  ['624e00ba32c5edf4', 't', [null]],
  ['308b0f9be741bd59', 't', [0]],
  ['d956a55727750a1e', 't', [1]],
  ['bf6b49bd2cab8415', 't', [-1]],
  ['63eab20706d18a1e', 't', [new Real(1)]],
  ['891ec1472b4b42f9', 't', [new Real(-0)]],
  ['c46504f0b0f7ad12', 't', [1.5]],
  ['51a5020907fc6449', 't', ['1']],
  ['3e6f783a3fd62843', 't', [new Uint8Array([49])]],
  ['575fd04842a940ab', 't', [Number.MAX_SAFE_INTEGER]],
  ['eaf1748bbb529211', 't', [Number.MIN_SAFE_INTEGER]],
  ['b731f9e9615ca8d5', 't', [9223372036854775807n]],
  ['ae6b9ffb369b2db8', 't', [-9223372036854775808n]],
  ['77b3d3064ae10a3c', 't', [Number.POSITIVE_INFINITY]],
  ['d05c31b09d73c2b0', 't', ['']],
  ['a2f29c36802e3cad', 't', ['a\0b']],
  ['95ad552f13da8dba', 't', ['😀']],
  ['f78f33d0171befaa', 'notes', ['k1', 'Title', 3, null, 2.25, new Uint8Array([1, 2, 3, 4, 5])]],
])('%s is pinned: both sides must agree, whatever their version', (expected, table, row) => {
  expect(digest([table, ...row])).toBe(expected)
})

test('an empty content has the digest 0, and what was added can be taken out again', () => {
  const sum = new Digest()
  expect(sum.toString()).toBe('0000000000000000')
  sum.add('t', [1, 'a'])
  sum.add('t', [2, 'b'])
  sum.subtract('t', [1, 'a'])
  expect(sum.toString()).toBe(digest(['t', 2, 'b']))
  sum.subtract('t', [2, 'b'])
  expect(sum.toString()).toBe('0000000000000000')
})

test('a change takes the row before out and puts the row after in', () => {
  const sum = new Digest()
  sum.change({ table: 't', after: [1, 'a'] })
  sum.change({ table: 't', before: [1, 'a'], after: [1, 'b'] })
  expect(sum.toString()).toBe(digest(['t', 1, 'b']))
  sum.change({ table: 't', before: [1, 'b'] })
  expect(sum.toString()).toBe(digest())
})

test('the order of rows does not matter, their number does', () => {
  expect(digest(['t', 1], ['t', 2])).toBe(digest(['t', 2], ['t', 1]))
  expect(digest(['t', 1], ['t', 1])).not.toBe(digest(['t', 1]))
})

test('an integer is the same as number and as bigint', () => {
  for (const n of [0, 1, -1, 2 ** 31, -(2 ** 31), 2 ** 32, -(2 ** 32) - 1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER]) {
    expect(digest(['t', BigInt(n)])).toBe(digest(['t', n]))
  }
})

test('like contents differ', () => {
  const contents = [
    digest(['t', 1]),
    digest(['t', new Real(1)]),
    digest(['t', '1']),
    digest(['t', new Uint8Array([0x31])]),
    digest(['t', null]),
    digest(['t']),
    digest(['t', 1, null]),
    digest(['t', null, 1]),
    digest(['u', 1]),
    digest(['t', new Real(0)]),
    digest(['t', new Real(-0)]),
    digest(['t', 0]),
    digest(['t', '']),
    digest(['t', new Uint8Array()]),
    digest(['t', new Uint8Array(1)]),
    digest(['t', new Uint8Array(4)]),
    digest(['t', '\0']),
    digest(['t', 'ab', 'c']),
    digest(['t', 'a', 'bc']),
    digest(['t', 1, 'a'], ['t', 2, 'b']),
    digest(['t', 1, 'b'], ['t', 2, 'a']),
    digest(['t', 1], ['u', 2]),
    digest(['t', 2], ['u', 1]),
  ]
  expect(new Set(contents).size).toBe(contents.length)
})

test('small integers in two columns do not collide, nor do their sums', () => {
  const seen = new Set<string>()
  for (let i = 0; i < 150; i++) for (let j = 0; j < 150; j++) seen.add(digest(['t', i, j])).add(digest(['t', i, 'x'], ['u', j, 'x']))
  expect(seen.size).toBe(2 * 150 * 150)
})

test('one bit of a value turns about half of the bits of each lane', () => {
  for (const lane of [0, 8]) {
    let turned = 0
    const one = (n: number) => Number.parseInt(digest(['t', n, 'x']).slice(lane, lane + 8), 16)
    for (let n = 0; n < 100; n++) for (let bit = 0; bit < 31; bit++) turned += ones(one(n) ^ one(n ^ (1 << bit)))
    const share = turned / (100 * 31 * 32)
    expect(share).toBeGreaterThan(0.49)
    expect(share).toBeLessThan(0.51)
  }
})

test('text and back', () => {
  const text = digest(['t', 1, 'a'])
  expect(Digest.parse(text).toString()).toBe(text)
  expect(Digest.parse(text).equals(Digest.parse(digest()))).toBe(false)
  expect(() => Digest.parse('123')).toThrow(TypeError)
  expect(() => Digest.parse('zzzzzzzzzzzzzzzz')).toThrow('not a digest')
})

test('digests of parts add up to the digest of the whole', () => {
  const part = Digest.parse(digest(['t', 1]))
  const whole = part.copy()
  whole.merge(Digest.parse(digest(['t', 2])))
  expect(whole.toString()).toBe(digest(['t', 1], ['t', 2]))
  expect(part.toString()).toBe(digest(['t', 1]))
})

function ones(n: number): number {
  let count = 0
  for (let rest = n >>> 0; rest !== 0; rest >>>= 1) count += rest & 1
  return count
}
