import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Board, engines } from './board.contract.ts'

describe.each(engines)('money on $name', (engine) => {
  let board: Board
  let cash: string
  let bank: string
  beforeEach(async () => {
    board = await Board.open(engine)
    cash = board.do('openAccount', { name: 'Cash' })
    bank = board.do('openAccount', { name: 'Bank', deposit: 1000 })
  })
  afterEach(() => {
    expect(board.rows('SELECT sum(balance) FROM accounts')).toEqual([[0]])
    const drift = 'SELECT name FROM accounts WHERE balance <> (SELECT coalesce(sum(amount), 0) FROM entries WHERE account = accounts.id)'
    expect(board.rows(drift)).toEqual([])
    expect(board.scan()).toBe(board.digest.toString())
    board.close()
  })

  const balances = () => board.rows("SELECT name, balance FROM accounts WHERE id <> 'world' ORDER BY name")

  test('a transfer moves money and posts two entries', () => {
    const id = board.do('transfer', { from: bank, to: cash, amount: 300 })
    expect(balances()).toEqual([
      ['Bank', 700],
      ['Cash', 300],
    ])
    expect(board.rows('SELECT account, amount FROM entries WHERE transfer = ? ORDER BY amount', [id])).toEqual([
      [bank, -300],
      [cash, 300],
    ])
  })

  test('money that is not there cannot be moved', () => {
    expect(board.refuses('transfer', { from: bank, to: cash, amount: 1001 })).toMatchObject({
      reason: 'rejected',
      code: 'overdrawn',
      message: 'Bank has 1000 cents; 1001 were to go to Cash',
    })
  })

  test.each([0, -5, 0.5, Number.NaN, 2 ** 60])('%d is not an amount', (amount) => {
    expect(board.refuses('transfer', { from: bank, to: cash, amount })).toMatchObject({ code: 'bad-amount' })
  })

  test('accounts have to exist, and to be two; the world is reached by deposits and expenses only', () => {
    expect(board.refuses('transfer', { from: bank, to: 'nowhere', amount: 1 })).toMatchObject({ code: 'unknown-account' })
    expect(board.refuses('transfer', { from: 'nowhere', to: bank, amount: 1 })).toMatchObject({ code: 'unknown-account' })
    expect(board.refuses('transfer', { from: bank, to: bank, amount: 1 })).toMatchObject({ code: 'same-account' })
    expect(board.refuses('transfer', { from: 'world', to: bank, amount: 1 })).toMatchObject({ code: 'not-yours' })
  })

  test('a deposit brings money in', () => {
    board.do('deposit', { account: cash, amount: 25 })
    expect(balances()[1]).toEqual(['Cash', 25])
    expect(board.refuses('deposit', { account: cash, amount: -25 })).toMatchObject({ code: 'bad-amount' })
    expect(board.refuses('deposit', { account: 'world', amount: 25 })).toMatchObject({ code: 'same-account' })
  })

  test('an expense can be of an earlier day, and of no later one', () => {
    const at = Date.UTC(2025, 0, 31, 12)
    board.do('recordExpense', { account: bank, title: 'Skates', amount: 90, at })
    expect(board.rows('SELECT title, at, month FROM spending')).toEqual([['Skates', at, '2025-01']])
    for (const wrong of [board.now + 2 * 86_400_000, -1, 0.5, Number.NaN]) {
      expect(board.refuses('recordExpense', { account: bank, title: 'Skis', amount: 90, at: wrong })).toMatchObject({ code: 'bad-time' })
    }
  })

  test('a name that is taken breaks its constraint', () => {
    expect(board.refuses('openAccount', { name: 'Bank' })).toMatchObject({
      reason: 'constraint',
      constraint: { kind: 'unique', table: 'accounts', columns: ['name'] },
    })
  })

  test('an expense is paid from an account, and taken back by its author only', () => {
    const expense = board.do('recordExpense', { account: bank, title: 'Lunch', amount: 250, tags: ['food', 'team'] })
    expect(board.rows('SELECT title, author, month, account, amount FROM spending')).toEqual([['Lunch', 'ada', '2025-03', bank, 250]])
    expect(balances()[0]).toEqual(['Bank', 750])

    board.auth = { user: 'bob' }
    expect(board.refuses('deleteExpense', { expense })).toMatchObject({ code: 'not-yours', message: 'Only ada can take this expense back' })
    board.auth = { user: 'ada' }
    board.do('deleteExpense', { expense })
    expect(balances()[0]).toEqual(['Bank', 1000])
    for (const table of ['expenses', 'expense_tags', 'expense_search']) expect(board.rows(`SELECT * FROM ${table}`)).toEqual([])
    expect(board.refuses('deleteExpense', { expense })).toMatchObject({ code: 'unknown-expense' })
  })

  test('what a cascade and triggers did is among the changes', () => {
    const expense = board.do('recordExpense', { account: bank, title: 'Lunch', amount: 250, tags: ['food'] })
    board.do('deleteExpense', { expense })
    const touched = board.changes.map(({ table, after }) => `${after ? 'changed' : 'deleted'} ${table}`)
    expect(touched.sort()).toEqual([
      'changed accounts',
      'changed accounts',
      'deleted entries',
      'deleted entries',
      'deleted expense_tags',
      'deleted expenses',
      'deleted transfers',
    ])
  })

  test('closing a month adds it up, and nothing of it changes any more', () => {
    const lunch = board.do('recordExpense', { account: bank, title: 'Lunch', amount: 250, tags: ['food', 'team'] })
    board.do('recordExpense', { account: bank, title: 'Bread', amount: 50, tags: ['food'] })
    board.do('recordExpense', { account: bank, title: 'Pens', amount: 100 })
    board.now = Date.UTC(2025, 3, 1)
    board.do('recordExpense', { account: bank, title: 'In April', amount: 10, tags: ['food'] })

    expect(board.do('closeMonth', { month: '2025-03' })).toEqual({ expenses: 3, total: 400 })
    expect(board.rows('SELECT tag, total FROM month_tags ORDER BY tag')).toEqual([
      ['food', 300],
      ['team', 250],
    ])
    expect(board.refuses('closeMonth', { month: '2025-03' })).toMatchObject({ code: 'month-closed' })
    expect(board.refuses('closeMonth', { month: '1999-12' })).toMatchObject({ code: 'nothing-spent' })
    expect(board.refuses('deleteExpense', { expense: lunch })).toMatchObject({ code: 'month-closed', message: '2025-03 is closed' })
    expect(board.refuses('retitleExpense', { expense: lunch, title: 'Dinner' })).toMatchObject({ code: 'month-closed' })
    board.now = Date.UTC(2025, 2, 31)
    expect(board.refuses('recordExpense', { account: bank, title: 'Late', amount: 1 })).toMatchObject({ code: 'month-closed' })
  })
})
