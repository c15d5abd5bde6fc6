import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Board, engines } from './board.contract.ts'

describe.each(engines)('categories on $name', (engine) => {
  let board: Board
  beforeEach(async () => {
    board = await Board.open(engine)
  })
  afterEach(() => board.close())

  const add = (name: string, incrementBy: number) => board.do('createCategoryOrIncrementIfExists', { name, incrementBy })

  test('the first call creates a category, those that follow add to it', () => {
    add('Food', 1)
    add('Rent', 5)
    add('Food', -3)
    expect(board.rows('SELECT id, name, count FROM Categories')).toEqual([
      [1, 'Food', -2],
      [2, 'Rent', 5],
    ])
  })

  test('what is no number is refused', () => {
    expect(board.refuses('createCategoryOrIncrementIfExists', { name: 'Food', incrementBy: Number.NaN })).toMatchObject({
      code: 'not-null',
    })
  })
})
