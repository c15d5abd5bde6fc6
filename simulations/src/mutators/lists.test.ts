import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Board, engines } from './board.contract.ts'

describe.each(engines)('lists on $name', (engine) => {
  let board: Board
  let todo: string
  let done: string
  const items = new Map<string, string>()
  beforeEach(async () => {
    board = await Board.open(engine)
    todo = board.do('createList', { title: 'To do' })
    done = board.do('createList', { title: 'Done' })
    for (const title of ['a', 'b', 'c', 'd']) items.set(title, board.do('addItem', { list: todo, title }))
  })
  afterEach(() => {
    expect(board.scan()).toBe(board.digest.toString())
    board.close()
  })

  const item = (title: string) => items.get(title) ?? ''
  const order = (list: string) => board.rows('SELECT title, position FROM items WHERE list = ? ORDER BY position', [list])
  const titles = (list: string) => {
    const rows = order(list)
    expect(rows.map(([, position]) => position)).toEqual(rows.map((_, i) => i))
    return rows.map(([title]) => title).join('')
  }

  test.each([
    ['a', 2, 'bcad'],
    ['d', 0, 'dabc'],
    ['b', 2, 'acbd'],
    ['c', 2, 'abcd'],
    ['a', 99, 'bcda'],
    ['d', -1, 'dabc'],
  ])('dragging %s to %d', (title, to, expected) => {
    board.do('moveItem', { item: item(title), list: todo, to })
    expect(titles(todo)).toBe(expected)
  })

  test('two neighbours that swap are two changed rows', () => {
    board.do('moveItem', { item: item('b'), list: todo, to: 2 })
    expect(board.changes.map(({ before, after }) => [before?.[2], after?.[2]]).sort()).toEqual([
      [1, 2],
      [2, 1],
    ])
  })

  test('dragging to another list closes one gap and opens another', () => {
    board.do('moveItem', { item: item('b'), list: done, to: 0 })
    board.do('moveItem', { item: item('d'), list: done, to: 0 })
    board.do('moveItem', { item: item('a'), list: done, to: 1 })
    expect([titles(todo), titles(done)]).toEqual(['c', 'dab'])
  })

  test('removing an item moves those below it up', () => {
    board.do('removeItem', { item: item('b') })
    expect(titles(todo)).toBe('acd')
  })

  test('deleting a list deletes its items', () => {
    board.do('moveItem', { item: item('b'), list: done, to: 0 })
    board.do('deleteList', { list: todo })
    expect(board.rows('SELECT title FROM items')).toEqual([['b']])
  })

  test('what is gone, and what is no position, is refused', () => {
    board.do('removeItem', { item: item('b') })
    expect(board.refuses('moveItem', { item: item('b'), list: todo, to: 0 })).toMatchObject({ code: 'unknown-item' })
    expect(board.refuses('removeItem', { item: item('b') })).toMatchObject({ code: 'unknown-item' })
    expect(board.refuses('moveItem', { item: item('a'), list: 'none', to: 0 })).toMatchObject({ code: 'unknown-list' })
    expect(board.refuses('addItem', { list: 'none', title: 'x' })).toMatchObject({ code: 'unknown-list' })
    expect(board.refuses('deleteList', { list: 'none' })).toMatchObject({ code: 'unknown-list' })
    expect(board.refuses('moveItem', { item: item('a'), list: todo, to: 0.5 })).toMatchObject({ code: 'bad-position' })
    expect(board.refuses('moveItem', { item: item('a'), list: todo, to: Number.NaN })).toMatchObject({ code: 'bad-position' })
  })
})
