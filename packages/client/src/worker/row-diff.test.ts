import fc from 'fast-check'
import { expect, test } from 'vitest'
import { diffRows, patchRows } from './row-diff.ts'

const rows = Array.from({ length: 12 }, (_, n) => ({ n }))
const some = fc.array(fc.integer({ min: 0, max: rows.length - 1 }), { maxLength: 20 }).map((places) => places.map((n) => rows[n] ?? {}))

test('what is taken apart is put together again, with the same objects', () => {
  fc.assert(
    fc.property(some, some, (before, after) => {
      const patched = patchRows(before, diffRows(before, after))
      expect(patched).toHaveLength(after.length)
      for (const [i, row] of patched.entries()) expect(row).toBe(after[i])
    }),
  )
})

test('one row of ten thousand that changed moves one row', () => {
  const before = Array.from({ length: 10_000 }, (_, n) => ({ n }))
  const after = before.map((row) => (row.n === 5000 ? { n: -1 } : row))
  expect(diffRows(before, after)).toEqual([[0, 5000], { rows: [{ n: -1 }] }, [5001, 4999]])
})

test('rows that only changed places do not move', () => {
  const [a, b, c] = [{ n: 1 }, { n: 2 }, { n: 3 }]
  expect(diffRows([a, b, c], [c, a, b])).toEqual([
    [2, 1],
    [0, 2],
  ])
})
