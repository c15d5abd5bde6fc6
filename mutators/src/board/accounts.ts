import type { Tx } from '@savepoint/core'
import { type Posting, post, WORLD } from './ledger.ts'

/** Opens an account, with a first deposit if there is one, and returns its id. A name that is taken breaks its UNIQUE. */
export function openAccount(tx: Tx, { name, deposit = 0 }: { name: string; deposit?: number }): string {
  tx.run('INSERT INTO accounts (id, name, may_overdraw) VALUES (?, ?, 1) ON CONFLICT (id) DO NOTHING', [WORLD, 'World'])
  const id = tx.id()
  tx.run('INSERT INTO accounts (id, name) VALUES (?, ?)', [id, name])
  if (deposit !== 0) post(tx, { from: WORLD, to: id, amount: deposit })
  return id
}

/** Brings money onto the board. */
export function deposit(tx: Tx, { account, amount }: { account: string; amount: number }): string {
  return post(tx, { from: WORLD, to: account, amount })
}

/** Moves money from one account to another, if it is there. */
export function transfer(tx: Tx, posting: Posting): string {
  if (posting.from === WORLD || posting.to === WORLD) tx.reject('not-yours', 'Money comes in by a deposit, and goes out as an expense')
  return post(tx, posting)
}
