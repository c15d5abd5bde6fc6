import { type ReactNode, useDeferredValue, useRef, useState } from 'react'
import type { Account } from '../accounts/use-accounts.ts'
import { useQuery } from '../board-client.ts'
import { formatMonth } from '../format/days.ts'
import { formatMoney } from '../format/money.ts'
import { Icon } from '../parts/icon.tsx'
import { usePendingMarks } from '../use-pending-marks.ts'
import { ExpenseDetails } from './expense-details.tsx'
import { type Expense, ExpenseRow } from './expense-row.tsx'
import { NewExpense } from './new-expense.tsx'
import { searchWords } from './search-words.ts'
import { TagFilter } from './tag-filter.tsx'
import './expenses.css'

export interface ExpenseFilter {
  /** `2026-11`, or empty for all. Those that are searched for may be of any month. */
  readonly month: string
  /** A tag's name, or empty. */
  readonly tag: string
  /** As typed. */
  readonly search: string
}

interface ExpensesProps {
  readonly accounts: readonly Account[]
  readonly filter: ExpenseFilter
  readonly onFilter: (part: Partial<ExpenseFilter>) => void
  readonly today: number
}

const FILTER = `
($search <> '' OR $month = '' OR month = $month)
AND ($tag = '' OR spending.id IN (SELECT expense FROM expense_tags JOIN tags ON tags.id = tag WHERE tags.name = $tag))
AND ($search = '' OR spending.id IN (SELECT id FROM expense_search WHERE expense_search MATCH $search))`

const EXPENSES = `
SELECT spending.id, title, at, amount, accounts.name AS account, month IN (SELECT month FROM months) AS closed,
  (SELECT json_group_array(name) FROM (SELECT name FROM expense_tags JOIN tags ON tags.id = tag WHERE expense = spending.id ORDER BY name)) AS tags
FROM spending JOIN accounts ON accounts.id = spending.account
WHERE ${FILTER}
ORDER BY at DESC, spending.id
LIMIT $limit`

const FOUND = `SELECT count(*) AS count, coalesce(sum(amount), 0) AS total FROM spending WHERE ${FILTER}`

/** Rows at once; the rest comes on request. */
const PAGE_ROWS = 60

/** What was spent: entering it, and finding it again. */
export function Expenses({ accounts, filter, onFilter, today }: ExpensesProps): ReactNode {
  const heading = useRef<HTMLHeadingElement>(null)
  const [limit, setLimit] = useState(PAGE_ROWS)
  const [shown, setShown] = useState<string>()
  const marks = usePendingMarks()
  const asked = { month: filter.month, tag: filter.tag, search: useDeferredValue(searchWords(filter.search)) }
  const { rows, status } = useQuery<Expense>(EXPENSES, { ...asked, limit })
  const { rows: found } = useQuery<{ count: number; total: number }>(FOUND, asked)
  const { count, total } = found[0] ?? { count: 0, total: 0 }
  const expense = rows.find(({ id }) => id === shown)
  const where = asked.search !== '' ? 'in all months' : filter.month === '' ? 'in all' : `in ${formatMonth(filter.month)}`
  return (
    <section className="card expenses" aria-labelledby="expenses">
      <header className="card-head">
        <h2 id="expenses" ref={heading} tabIndex={-1}>
          Expenses
        </h2>
        <label className="search">
          <Icon name="search" />
          <span className="visually-hidden">Search expenses</span>
          <input
            type="search"
            value={filter.search}
            placeholder="Search"
            autoComplete="off"
            onChange={(e) => onFilter({ search: e.target.value })}
          />
        </label>
      </header>
      <NewExpense accounts={accounts} today={today} />
      <TagFilter tag={filter.tag} onTag={(tag) => onFilter({ tag })} />
      <p className="found" role="status">
        {count === 0 ? `Nothing ${where}` : `${count === 1 ? '1 expense' : `${count} expenses`} ${where} · ${formatMoney(total)}`}
        {filter.tag !== '' && ` · ${filter.tag}`}
      </p>
      {status !== 'loading' && rows.length === 0 && <Nothing filter={filter} onFilter={onFilter} />}
      <ol className="expense-rows" aria-label="Expenses">
        {rows.map((row, i) => (
          <ExpenseRow
            key={row.id}
            expense={row}
            isNewDay={!isSameDay(row.at, rows[i - 1]?.at)}
            isPending={marks.isExpensePending(row)}
            onShow={() => setShown(row.id)}
            onTag={(tag) => onFilter({ tag })}
          />
        ))}
      </ol>
      {rows.length < count && (
        <button type="button" className="button wide-button" onClick={() => setLimit(limit + PAGE_ROWS)}>
          Show {Math.min(PAGE_ROWS, count - rows.length)} more of {count}
        </button>
      )}
      {expense && (
        <ExpenseDetails key={expense.id} expense={expense} onClose={() => setShown(undefined)} onDeleted={() => heading.current?.focus()} />
      )}
    </section>
  )
}

function Nothing({ filter, onFilter }: Pick<ExpensesProps, 'filter' | 'onFilter'>): ReactNode {
  if (filter.search === '' && filter.tag === '')
    return <p className="nothing">Note the first expense above. It counts at once, also offline.</p>
  return (
    <p className="nothing">
      No expense fits.{' '}
      <button type="button" className="link" onClick={() => onFilter({ search: '', tag: '' })}>
        Show all of the month
      </button>
    </p>
  )
}

const DAY_MS = 86_400_000

function isSameDay(a: number, b: number | undefined): boolean {
  return b !== undefined && Math.floor(a / DAY_MS) === Math.floor(b / DAY_MS)
}
