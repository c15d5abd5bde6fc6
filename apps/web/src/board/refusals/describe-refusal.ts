import type { MutationFailure, MutationRecord } from '@savepoint/client'
import { readShortfall } from '@savepoint-demo/mutators'
import type { ArgsOf } from '../board-client.ts'
import { formatMonth } from '../format/days.ts'
import { formatMoney } from '../format/money.ts'
import { describeFailure } from './describe-failure.ts'

/** What was refused, and why, for somebody who may have done it hours ago. */
export interface RefusalText {
  readonly what: string
  readonly why: string
}

/** @param nameOf the name of an account, as the board knows it now */
export function describeRefusal(record: MutationRecord, nameOf: (account: string) => string | undefined): RefusalText {
  const account = (id: string) => nameOf(id) ?? 'an account that is gone'
  return { what: describeTry(record, account), why: record.failure === undefined ? 'The server refused it.' : describeWhy(record.failure) }
}

function describeWhy(failure: MutationFailure): string {
  const shortfall = failure.code === 'overdrawn' ? readShortfall(failure.message) : undefined
  if (shortfall === undefined) return describeFailure(failure)
  return `Only ${formatMoney(shortfall.had)} was left in ${shortfall.payer} when it reached the server: something else was paid first.`
}

function describeTry({ name, args }: MutationRecord, account: (id: string) => string): string {
  switch (name) {
    case 'transfer': {
      const { from, to, amount } = args as ArgsOf<'transfer'>
      return `Transfer of ${formatMoney(amount)} from ${account(from)} to ${account(to)}`
    }
    case 'recordExpense': {
      const expense = args as ArgsOf<'recordExpense'>
      return `Expense “${expense.title}”, ${formatMoney(expense.amount)} from ${account(expense.account)}`
    }
    case 'deposit': {
      const deposit = args as ArgsOf<'deposit'>
      return `Deposit of ${formatMoney(deposit.amount)} into ${account(deposit.account)}`
    }
    case 'openAccount':
      return `New account “${(args as ArgsOf<'openAccount'>).name}”`
    case 'closeMonth':
      return `Closing ${formatMonth((args as ArgsOf<'closeMonth'>).month)}`
    case 'retitleExpense':
      return `New title “${(args as ArgsOf<'retitleExpense'>).title}” for an expense`
    case 'tagExpense':
    case 'untagExpense':
      return `Tag “${(args as ArgsOf<'tagExpense'>).tag}” on or off an expense`
    case 'addItem':
      return `New item “${(args as ArgsOf<'addItem'>).title}”`
    case 'createList':
      return `New list “${(args as ArgsOf<'createList'>).title}”`
    default:
      return OTHERS[name] ?? `A change (${name})`
  }
}

const OTHERS: { readonly [name: string]: string } = {
  deleteExpense: 'Deleting an expense',
  renameTag: 'Renaming a tag',
  deleteTag: 'Deleting a tag',
  deleteList: 'Deleting a list',
  moveItem: 'Moving an item',
  removeItem: 'Removing an item',
}
