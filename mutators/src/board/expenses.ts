import { post, WORLD } from './ledger.ts'
import { tagNamed } from './tags.ts'
import { type BoardTx, userOf } from './user.ts'

interface NewExpense {
  account: string
  title: string
  /** Cents. */
  amount: number
  /** By name; those that do not exist yet are created. */
  tags?: readonly string[]
  /** When it was paid, if not now: milliseconds since 1970. */
  at?: number
}

/** Clocks and time zones differ by less, so this is no mistake. */
const AHEAD_MS_MAX = 86_400_000

/** Pays an expense from an account and returns its id. */
export function recordExpense(tx: BoardTx, { account, title, amount, tags = [], at = tx.now }: NewExpense): string {
  if (!Number.isSafeInteger(at) || at < 0 || at > tx.now + AHEAD_MS_MAX) tx.reject('bad-time', `${at} is no time in the past`)
  const id = post(tx, { from: account, to: WORLD, amount }, at)
  tx.run('INSERT INTO expenses (id, title, author) VALUES (?, ?, ?)', [id, title, userOf(tx)])
  requireOpen(tx, id)
  for (const tag of tags) tagExpense(tx, { expense: id, tag })
  return id
}

/** Gives an expense another title; the search finds it by that from now on. */
export function retitleExpense(tx: BoardTx, { expense, title }: { expense: string; title: string }): void {
  requireOpen(tx, expense)
  tx.run('UPDATE expenses SET title = ? WHERE id = ?', [title, expense])
}

/** Puts a tag on an expense, by name. Twice is no more than once. */
export function tagExpense(tx: BoardTx, { expense, tag }: { expense: string; tag: string }): void {
  requireOpen(tx, expense)
  tx.run('INSERT INTO expense_tags (expense, tag) VALUES (?, ?) ON CONFLICT DO NOTHING', [expense, tagNamed(tx, tag)])
}

/** Takes a tag off an expense, by name. */
export function untagExpense(tx: BoardTx, { expense, tag }: { expense: string; tag: string }): void {
  requireOpen(tx, expense)
  tx.run('DELETE FROM expense_tags WHERE expense = ? AND tag = (SELECT id FROM tags WHERE name = ?)', [expense, tag])
}

/** Takes an expense back. With its transfer go, by cascade, its entries and tags, and by triggers what they did to the balances. */
export function deleteExpense(tx: BoardTx, { expense }: { expense: string }): void {
  const { author } = requireOpen(tx, expense)
  if (author !== userOf(tx)) tx.reject('not-yours', `Only ${author} can take this expense back`)
  tx.run('DELETE FROM transfers WHERE id = ?', [expense])
}

/** A closed month stays as it was added up. */
function requireOpen(tx: BoardTx, expense: string): { author: string } {
  const found = tx.get<{ author: string; month: string; closed: 0 | 1 }>(
    'SELECT author, month, month IN (SELECT month FROM months) AS closed FROM expenses JOIN transfers USING (id) WHERE id = ?',
    [expense],
  )
  if (!found) tx.reject('unknown-expense', `There is no expense ${expense}`)
  if (found.closed) tx.reject('month-closed', `${found.month} is closed`)
  return found
}
