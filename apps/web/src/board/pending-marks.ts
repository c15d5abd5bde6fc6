import type { MutationRecord } from '@savepoint/client'
import { WORLD } from '@savepoint-demo/mutators'
import type { ArgsOf } from './board-client.ts'

/** What on the board is only a guess so far. */
export interface PendingMarks {
  isExpensePending(expense: { readonly id: string; readonly at: number; readonly title: string; readonly amount: number }): boolean
  isAccountPending(account: { readonly id: string; readonly name: string }): boolean
  isTransferPending(transfer: { readonly at: number; readonly from: string; readonly to: string; readonly amount: number }): boolean
  isListPending(list: { readonly id: string; readonly title: string }): boolean
  isItemPending(item: { readonly id: string; readonly list: string; readonly title: string }): boolean
  isMonthPending(month: string): boolean
}

/**
 * Told from the durable list of mutations, so that it is right after a reload too. A row that a pending mutation has made has no
 * ID in there; it is known by what was given for it.
 */
export function pendingMarks(pending: readonly MutationRecord[]): PendingMarks {
  const expenses = new Set<string>()
  const accounts = new Set<string>()
  const transfers = new Set<string>()
  const lists = new Set<string>()
  const items = new Set<string>()
  const months = new Set<string>()
  for (const record of pending) mark(record)
  function mark({ name, args, createdAt }: MutationRecord): void {
    switch (name) {
      case 'openAccount':
        accounts.add(madeKey((args as ArgsOf<'openAccount'>).name))
        break
      case 'deposit': {
        const { account, amount } = args as ArgsOf<'deposit'>
        accounts.add(account)
        transfers.add(madeKey(createdAt, WORLD, account, amount))
        break
      }
      case 'transfer': {
        const { from, to, amount } = args as ArgsOf<'transfer'>
        accounts.add(from).add(to)
        transfers.add(madeKey(createdAt, from, to, amount))
        break
      }
      case 'recordExpense': {
        const { account, title, amount, at = createdAt } = args as ArgsOf<'recordExpense'>
        accounts.add(account)
        expenses.add(madeKey(at, title, amount))
        break
      }
      case 'retitleExpense':
      case 'tagExpense':
      case 'untagExpense':
        expenses.add((args as ArgsOf<'retitleExpense'>).expense)
        break
      case 'closeMonth':
        months.add((args as ArgsOf<'closeMonth'>).month)
        break
      case 'createList':
        lists.add(madeKey((args as ArgsOf<'createList'>).title))
        break
      case 'addItem': {
        const { list, title } = args as ArgsOf<'addItem'>
        items.add(madeKey(list, title))
        break
      }
      case 'moveItem':
        items.add((args as ArgsOf<'moveItem'>).item)
        break
    }
  }
  return {
    isExpensePending: ({ id, at, title, amount }) => expenses.has(id) || expenses.has(madeKey(at, title, amount)),
    isAccountPending: ({ id, name }) => accounts.has(id) || accounts.has(madeKey(name)),
    isTransferPending: ({ at, from, to, amount }) => transfers.has(madeKey(at, from, to, amount)),
    isListPending: ({ id, title }) => lists.has(id) || lists.has(madeKey(title)),
    isItemPending: ({ id, list, title }) => items.has(id) || items.has(madeKey(list, title)),
    isMonthPending: (month) => months.has(month),
  }
}

/** No ID has a blank in it. */
function madeKey(...given: readonly (string | number)[]): string {
  return `made of ${JSON.stringify(given)}`
}
