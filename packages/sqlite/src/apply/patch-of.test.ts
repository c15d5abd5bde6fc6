import { Real, type RowChange } from '@savepoint/core'
import { expect, test } from 'vitest'
import { patchOf } from './patch-of.ts'

const changes: RowChange[] = [
  { table: 't', pk: [1], after: [1, 'a'] },
  { table: 't', pk: [2], before: [2, 'b'], after: [2, 'c'] },
  { table: 'u', pk: ['x'], before: ['x', 1] },
  { table: 't', pk: [3], before: [3, 'd'] },
  { table: 't', pk: [1], before: [1, 'a'] },
  { table: 't', pk: [2], before: [2, 'c'], after: [2, 'd'] },
  { table: 'u', pk: ['x'], after: ['x', new Real(1)] },
  { table: 't', pk: [3], after: [3, 'd'] },
  { table: 't', pk: [4], after: [4, 'e'] },
  { table: 't', pk: [5], before: [5, 'f'] },
]

test('the last of each row counts, and what ends as it began is left out', () => {
  expect(patchOf(changes)).toStrictEqual([
    {
      table: 't',
      puts: [
        [2, 'd'],
        [4, 'e'],
      ],
      deletes: [[5]],
    },
    { table: 'u', puts: [['x', new Real(1)]], deletes: [] },
  ])
  expect(patchOf(changes.filter((change) => change.pk[0] === 3))).toStrictEqual([])
})
