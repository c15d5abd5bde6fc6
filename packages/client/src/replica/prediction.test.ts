import type { Patch, RowChange } from '@savepoint/core'
import type { SyncedTable } from '@savepoint/sqlite'
import { describe, expect, test } from 'vitest'
import { mergePatches } from './merge-patches.ts'
import { besidePredicted, surpriseFinder } from './prediction.ts'

/** Its key is its second column. */
const tables = new Map([['t', { name: 't', pk: [1] } as unknown as SyncedTable]])
const insert = (key: string, n: number): RowChange => ({ table: 't', pk: [key], after: [n, key] })
const update = (key: string, from: number, to: number): RowChange => ({ table: 't', pk: [key], before: [from, key], after: [to, key] })
const remove = (key: string, n: number): RowChange => ({ table: 't', pk: [key], before: [n, key] })
const puts = (...rows: [number, string][]): Patch => [{ table: 't', puts: rows, deletes: [] }]

describe('a patch beside what was predicted', () => {
  test.each<[string, RowChange[], Patch, Patch | undefined]>([
    ['nothing and nothing', [], [], []],
    ['the same row', [insert('a', 1)], puts([1, 'a']), []],
    ['the last of several', [insert('a', 1), update('a', 1, 2)], puts([2, 'a']), []],
    ['a deletion', [remove('a', 1)], [{ table: 't', puts: [], deletes: [['a']] }], []],
    ['a row that came and went', [insert('a', 1), remove('a', 1)], [], []],
    ['another value', [insert('a', 1)], puts([2, 'a']), undefined],
    ['a foreign row as well', [insert('a', 1)], puts([1, 'a'], [1, 'b']), puts([1, 'b'])],
    [
      'a foreign deletion as well',
      [insert('a', 1)],
      [{ table: 't', puts: [[1, 'a']], deletes: [['b']] }],
      [{ table: 't', puts: [], deletes: [['b']] }],
    ],
    ['nothing but foreign rows', [], puts([1, 'a'], [1, 'b']), puts([1, 'a'], [1, 'b'])],
    ['a row less', [insert('a', 1), insert('b', 1)], puts([1, 'a']), undefined],
    ['a row less, and a foreign one', [insert('a', 1), insert('b', 1)], puts([1, 'a'], [1, 'c']), undefined],
    ['deleted, not put', [remove('a', 1)], puts([1, 'a']), undefined],
    ['put, not deleted', [insert('a', 1)], [{ table: 't', puts: [], deletes: [['a']] }], undefined],
    ['another table', [insert('a', 1)], [{ table: 'u', puts: [[1, 'a']], deletes: [] }], undefined],
  ])('%s', (_, changes, patch, expected) => {
    expect(besidePredicted(changes, patch, tables)).toEqual(expected)
  })
})

test('a surprise is a row that came out otherwise, judged by the last mutation that touched it', () => {
  const first = [insert('a', 1)]
  const second = [update('a', 1, 2), insert('b', 5)]
  const third = [insert('c', 7)]
  const surprised = surpriseFinder([...first, ...second, ...third], puts([2, 'a'], [6, 'b'], [7, 'c'], [9, 'foreign']), tables)
  expect([first, second, third].map(surprised)).toEqual([false, true, false])
})

test('merged patches hold the last word on each row', () => {
  const merged = mergePatches(
    [puts([1, 'a'], [1, 'b'], [1, 'c']), [{ table: 't', puts: [[2, 'b']], deletes: [['c']] }], puts([3, 'c'])],
    tables,
  )
  expect(merged).toEqual([
    {
      table: 't',
      puts: [
        [1, 'a'],
        [2, 'b'],
        [3, 'c'],
      ],
      deletes: [],
    },
  ])
})
