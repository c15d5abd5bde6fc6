import type { Tx } from '@savepoint/core'

interface MonthSummary {
  expenses: number
  total: number
}

/** Adds a month up, in all and by tag; its expenses can no longer be changed. `month` is like `2025-03`. */
export function closeMonth(tx: Tx, { month }: { month: string }): MonthSummary {
  if (tx.get('SELECT 1 FROM months WHERE month = ?', [month])) tx.reject('month-closed', `${month} is closed already`)
  tx.run(
    `INSERT INTO months (month, expenses, total, closed_at)
     SELECT month, count(*), sum(amount), $now FROM spending WHERE month = $month GROUP BY month`,
    { month, now: tx.now },
  )
  tx.run(
    `INSERT INTO month_tags (month, tag, total)
     SELECT month, tags.name, sum(amount)
     FROM spending JOIN expense_tags ON expense = spending.id JOIN tags ON tags.id = tag
     WHERE month = ? GROUP BY tags.id`,
    [month],
  )
  const summary = tx.get<MonthSummary>('SELECT expenses, total FROM months WHERE month = ?', [month])
  return summary ?? tx.reject('nothing-spent', `There are no expenses in ${month}`)
}
