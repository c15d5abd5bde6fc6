import type { MutationRecord } from '@savepoint/client'
import { expect, test } from 'vitest'
import { pendingMarks } from './pending-marks.ts'

function pending(name: string, args: unknown): MutationRecord {
  return { id: name, name, args, createdAt: 500, status: 'pending' }
}

test('nothing is a guess when nothing is pending', () => {
  const marks = pendingMarks([])
  expect(marks.isExpensePending({ id: 'e', at: 1, title: 'Bread', amount: 5 })).toBe(false)
  expect(marks.isAccountPending({ id: 'a', name: 'Cash' })).toBe(false)
})

test('an expense that is new is known by what it is, and touches its account', () => {
  const marks = pendingMarks([pending('recordExpense', { account: 'cash', title: 'Bread', amount: 5 })])
  expect(marks.isExpensePending({ id: 'e', at: 500, title: 'Bread', amount: 5 })).toBe(true)
  expect(marks.isExpensePending({ id: 'e', at: 501, title: 'Bread', amount: 5 })).toBe(false)
  expect(marks.isExpensePending({ id: 'e', at: 500, title: 'Bread', amount: 6 })).toBe(false)
  expect(marks.isAccountPending({ id: 'cash', name: 'Cash' })).toBe(true)
  expect(marks.isAccountPending({ id: 'bank', name: 'Bank' })).toBe(false)
})

test('an expense of an earlier day is known by that day', () => {
  const marks = pendingMarks([pending('recordExpense', { account: 'cash', title: 'Bread', amount: 5, at: 7 })])
  expect(marks.isExpensePending({ id: 'e', at: 7, title: 'Bread', amount: 5 })).toBe(true)
  expect(marks.isExpensePending({ id: 'e', at: 500, title: 'Bread', amount: 5 })).toBe(false)
})

test('what exists is known by its ID', () => {
  const marks = pendingMarks([
    pending('tagExpense', { expense: 'e', tag: 'food' }),
    pending('transfer', { from: 'bank', to: 'cash', amount: 1 }),
    pending('moveItem', { item: 'i', list: 'l', to: 0 }),
    pending('closeMonth', { month: '2026-11' }),
    pending('createList', { title: 'To buy' }),
    pending('addItem', { list: 'l', title: 'Milk' }),
    pending('openAccount', { name: 'Savings' }),
    pending('deposit', { account: 'till', amount: 3 }),
  ])
  expect(marks.isExpensePending({ id: 'e', at: 1, title: 'Bread', amount: 5 })).toBe(true)
  const accounts = ['bank', 'cash', 'till', 'other'].map((id) => marks.isAccountPending({ id, name: id }))
  expect(accounts).toEqual([true, true, true, false])
  expect(marks.isTransferPending({ at: 500, from: 'bank', to: 'cash', amount: 1 })).toBe(true)
  expect(marks.isTransferPending({ at: 500, from: 'world', to: 'till', amount: 3 })).toBe(true)
  expect(marks.isTransferPending({ at: 501, from: 'bank', to: 'cash', amount: 1 })).toBe(false)
  expect(marks.isAccountPending({ id: 's', name: 'Savings' })).toBe(true)
  expect(marks.isItemPending({ id: 'i', list: 'k', title: 'Eggs' })).toBe(true)
  expect(marks.isItemPending({ id: 'j', list: 'l', title: 'Milk' })).toBe(true)
  expect(marks.isItemPending({ id: 'j', list: 'k', title: 'Milk' })).toBe(false)
  expect(marks.isListPending({ id: 'n', title: 'To buy' })).toBe(true)
  expect([marks.isMonthPending('2026-11'), marks.isMonthPending('2026-10')]).toEqual([true, false])
})
