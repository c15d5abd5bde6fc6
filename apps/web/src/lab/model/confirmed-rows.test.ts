import { expect, test } from 'vitest'
import { ConfirmedRows } from './confirmed-rows.ts'

const put = (...row: [number, string, number]) => [{ table: 'Categories', puts: [row], deletes: [] }]

test('a poke counts when the client has taken it over', () => {
  const confirmed = new ConfirmedRows()
  confirmed.start([{ id: 1, name: 'Food', count: 1 }])
  confirmed.hear(2, put(1, 'Food', 2))
  confirmed.hear(3, put(2, 'Rent', 7))
  expect(confirmed.rows).toEqual([{ id: 1, name: 'Food', count: 1 }])
  confirmed.advance(2)
  expect(confirmed.rows).toEqual([{ id: 1, name: 'Food', count: 2 }])
  confirmed.advance(3)
  expect(confirmed.rows).toEqual([
    { id: 1, name: 'Food', count: 2 },
    { id: 2, name: 'Rent', count: 7 },
  ])
})

test('rows that are gone are gone, and other tables do not matter', () => {
  const confirmed = new ConfirmedRows()
  confirmed.start([{ id: 1, name: 'Food', count: 1 }])
  confirmed.hear(2, [
    { table: 'Categories', puts: [], deletes: [[1]] },
    { table: 'tags', puts: [['a', 'b']], deletes: [] },
  ])
  confirmed.advance(2)
  expect(confirmed.rows).toEqual([])
})
