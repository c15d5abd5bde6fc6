import { expect, test } from 'vitest'
import { food, viewOf } from './lab.contract.ts'
import { shownRows } from './shown-rows.ts'

test('a row is confirmed if it is as the server told, and else shows what it told', () => {
  const rent = { id: 2, name: 'Rent', count: 5 }
  expect(shownRows(viewOf(1, 1, { rows: [food(4), rent], confirmed: [food(1)] }))).toEqual([
    { ...food(4), confirmed: 1 },
    { ...rent, confirmed: null },
  ])
  expect(shownRows(viewOf(1, 4))).toEqual([{ ...food(4), confirmed: undefined }])
})

test('a row under another id than the server gave it is a guess', () => {
  const [row] = shownRows(viewOf(1, 1, { rows: [{ ...food(1), id: 2 }], confirmed: [food(1)] }))
  expect(row?.confirmed).toBe(1)
})
