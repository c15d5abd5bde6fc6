import { expect, test } from 'vitest'
import { monthOf } from '../format/days.ts'
import { sampleBoard } from './sample-board.ts'

test.each([Date.UTC(2026, 10, 21, 15), Date.UTC(2026, 2, 1, 0, 5), Date.UTC(2028, 1, 29, 23)])(
  'a sample of day %d can be paid for',
  (today) => {
    const { accounts, expenses, transfers, closed } = sampleBoard(today)
    const balances = new Map<string, number>(accounts.map(({ name, deposit }) => [name, deposit]))
    const move = (name: string, by: number) => balances.set(name, (balances.get(name) ?? Number.NaN) + by)
    for (const { account, amount } of expenses) move(account, -amount)
    for (const { from, to, amount } of transfers) {
      move(from, -amount)
      move(to, amount)
    }
    for (const [, balance] of balances) expect(balance).toBeGreaterThan(0)
    expect(expenses.every(({ at }) => at < today + 86_400_000)).toBe(true)
    expect(expenses.filter(({ at }) => monthOf(at) === monthOf(today)).length).toBeGreaterThan(0)
    expect(expenses.filter(({ at }) => monthOf(at) === closed).length).toBeGreaterThan(2)
  },
)
