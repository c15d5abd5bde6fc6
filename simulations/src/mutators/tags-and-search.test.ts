import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Board, engines } from './board.contract.ts'

describe.each(engines)('tags and search on $name', (engine) => {
  let board: Board
  let bank: string
  beforeEach(async () => {
    board = await Board.open(engine)
    bank = board.do('openAccount', { name: 'Bank', deposit: 1000 })
  })
  afterEach(() => board.close())

  const record = (title: string, ...tags: string[]) => board.do('recordExpense', { account: bank, title, amount: 10, tags })
  const idOf = (tag: string) => board.rows('SELECT id FROM tags WHERE name = ?', [tag])[0]?.[0] as string
  const tagged = (tag: string) =>
    board.rows('SELECT title FROM expenses JOIN expense_tags ON expense = expenses.id WHERE tag = ? ORDER BY title', [idOf(tag)]).flat()
  const find = (words: string) =>
    board.rows('SELECT expenses.title FROM expense_search JOIN expenses USING (id) WHERE expense_search MATCH ? ORDER BY 1', [words]).flat()

  test('a tag is created by the first who names it, whatever the case', () => {
    const lunch = record('Lunch', 'food')
    record('Bread', 'Food')
    board.do('tagExpense', { expense: lunch, tag: 'FOOD' })
    expect(board.rows('SELECT name FROM tags')).toEqual([['food']])
    expect(tagged('food')).toEqual(['Bread', 'Lunch'])
  })

  test('a tag needs a name, and an expense to be on', () => {
    const lunch = record('Lunch')
    expect(board.refuses('tagExpense', { expense: lunch, tag: '' })).toMatchObject({ code: 'check', constraint: { name: "name <> ''" } })
    expect(board.refuses('tagExpense', { expense: 'none', tag: 'food' })).toMatchObject({ code: 'unknown-expense' })
  })

  test('a tag is taken off one expense by its name', () => {
    const lunch = record('Lunch', 'food', 'team')
    record('Bread', 'food')
    for (const tag of ['FOOD', 'never there']) board.do('untagExpense', { expense: lunch, tag })
    expect(tagged('food')).toEqual(['Bread'])
    expect(tagged('team')).toEqual(['Lunch'])
    expect(board.refuses('untagExpense', { expense: 'none', tag: 'food' })).toMatchObject({ code: 'unknown-expense' })
  })

  test('renaming a tag to one that exists makes them one', () => {
    record('Lunch', 'food', 'meals')
    record('Bread', 'meals')
    board.do('renameTag', { tag: idOf('meals'), name: 'food' })
    expect(board.rows('SELECT name FROM tags')).toEqual([['food']])
    expect(tagged('food')).toEqual(['Bread', 'Lunch'])
    board.do('renameTag', { tag: idOf('food'), name: 'Food' })
    expect(tagged('Food')).toEqual(['Bread', 'Lunch'])
    expect(board.refuses('renameTag', { tag: 'none', name: 'x' })).toMatchObject({ code: 'unknown-tag' })
  })

  test('deleting a tag takes it off every expense', () => {
    record('Lunch', 'food', 'team')
    record('Bread', 'food')
    board.do('deleteTag', { tag: idOf('food') })
    expect(board.rows('SELECT count(*) FROM expense_tags')).toEqual([[1]])
    expect(board.rows('SELECT count(*) FROM expenses')).toEqual([[2]])
    expect(board.refuses('deleteTag', { tag: 'none' })).toMatchObject({ code: 'unknown-tag' })
  })

  test('the search follows the titles', () => {
    const lunch = record('Lunch with the team')
    record('Team offsite')
    expect(find('team')).toEqual(['Lunch with the team', 'Team offsite'])
    expect(find('lun*')).toEqual(['Lunch with the team'])
    board.do('retitleExpense', { expense: lunch, title: 'Dinner alone' })
    expect(find('team')).toEqual(['Team offsite'])
    expect(find('dinner')).toEqual(['Dinner alone'])
    board.do('deleteExpense', { expense: lunch })
    expect(find('dinner')).toEqual([])
  })

  test('what a refused mutation wrote is not found', () => {
    const lunch = record('Lunch')
    expect(board.refuses('retitleExpense', { expense: lunch, title: '' })).toMatchObject({ code: 'check' })
    expect(board.refuses('recordExpense', { account: bank, title: 'Yacht', amount: 10, tags: ['ok', ''] })).toMatchObject({ code: 'check' })
    expect(find('lunch OR yacht')).toEqual(['Lunch'])
  })
})
