import { expect, test } from 'vitest'
import { drawID } from './random.ts'

test('IDs are as nanoid makes them, and no two are the same, however often bytes are drawn anew', () => {
  const ids = Array.from({ length: 10_000 }, () => drawID())
  expect(ids.filter((id) => !/^[\w-]{21}$/.test(id))).toEqual([])
  expect(new Set(ids).size).toBe(ids.length)
  // Bytes used twice would show in parts of IDs as well.
  expect(new Set(ids.flatMap((id) => [id.slice(0, 10), id.slice(11)])).size).toBe(2 * ids.length)
})
