import type { Tx } from '@savepoint/core'
import { describeShortfall } from './shortfall.ts'

/** The account at the other end of money that enters or leaves the board. It alone may be below zero. */
export const WORLD = 'world'

export interface Posting {
  from: string
  to: string
  /** Cents, more than none. */
  amount: number
}

/** Moves money, and returns the transfer's id: every transfer is made here. `at` is in milliseconds since 1970. */
export function post(tx: Tx, { from, to, amount }: Posting, at = tx.now): string {
  if (!Number.isSafeInteger(amount) || amount <= 0) tx.reject('bad-amount', `${amount} is not a number of cents that can be moved`)
  if (from === to) tx.reject('same-account', 'A transfer needs two accounts')
  const payer = accountOf(tx, from)
  const payee = accountOf(tx, to)
  if (!payer.mayOverdraw && payer.balance < amount) {
    tx.reject('overdrawn', describeShortfall({ payer: payer.name, had: payer.balance, asked: amount, payee: payee.name }))
  }
  const id = tx.id()
  tx.run('INSERT INTO transfers (id, at) VALUES (?, ?)', [id, at])
  tx.run('INSERT INTO entries (transfer, account, amount) VALUES ($id, $from, -$amount), ($id, $to, $amount)', { id, from, to, amount })
  return id
}

interface Account {
  name: string
  balance: number
  mayOverdraw: 0 | 1
}

function accountOf(tx: Tx, id: string): Account {
  const account = tx.get<Account>('SELECT name, balance, may_overdraw AS mayOverdraw FROM accounts WHERE id = ?', [id])
  return account ?? tx.reject('unknown-account', `There is no account ${id}`)
}
