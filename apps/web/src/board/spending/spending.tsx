import type { ReactNode } from 'react'
import { useQuery } from '../board-client.ts'
import type { ExpenseFilter } from '../expenses/expenses.tsx'
import { formatMonth, monthAfter, monthOf } from '../format/days.ts'
import { formatMoney } from '../format/money.ts'
import { Icon } from '../parts/icon.tsx'
import { CloseMonth } from './close-month.tsx'
import { MonthBars, type MonthTotal } from './month-bars.tsx'
import { PaceChart } from './pace-chart.tsx'
import { TagBars } from './tag-bars.tsx'
import './spending.css'

interface SpendingProps {
  readonly filter: ExpenseFilter
  readonly onFilter: (part: Partial<ExpenseFilter>) => void
  readonly today: number
}

const MONTHS = `
SELECT month, sum(amount) AS total, count(*) AS expenses, month IN (SELECT month FROM months) AS closed
FROM spending GROUP BY month ORDER BY month`

/** What a month came to, and how it compares. */
export function Spending({ filter, onFilter, today }: SpendingProps): ReactNode {
  const { rows: months } = useQuery<MonthTotal>(MONTHS)
  const { month } = filter
  const go = (to: string) => onFilter({ month: to })
  const totalOf = (one: string) => months.find((row) => row.month === one)?.total ?? 0
  const shown = months.find((row) => row.month === month)
  return (
    <section className="card spending" aria-labelledby="spending">
      <header className="card-head">
        <h2 id="spending" tabIndex={-1}>
          Spending
        </h2>
        <div className="month-steps">
          <button
            type="button"
            className="icon-button"
            aria-label={`Back to ${formatMonth(monthAfter(month, -1))}`}
            onClick={() => go(monthAfter(month, -1))}
          >
            <Icon name="left" />
          </button>
          <span>{formatMonth(month)}</span>
          <button
            type="button"
            className="icon-button"
            aria-label={`On to ${formatMonth(monthAfter(month, 1))}`}
            disabled={month >= monthOf(today)}
            onClick={() => go(monthAfter(month, 1))}
          >
            <Icon name="right" />
          </button>
        </div>
      </header>
      <div className="summary">
        <p className="figure">{formatMoney(shown?.total ?? 0)}</p>
        <p className="note">{comparison(shown?.total ?? 0, totalOf(monthAfter(month, -1)), monthAfter(month, -1))}</p>
      </div>
      <PaceChart month={month} today={today} />
      <MonthBars months={months} month={month} last={monthOf(today)} onMonth={go} />
      <TagBars month={month} tag={filter.tag} onTag={(tag) => onFilter({ tag })} />
      <CloseMonth month={month} isClosed={shown?.closed === 1} isEmpty={shown === undefined} />
    </section>
  )
}

function comparison(total: number, before: number, month: string): string {
  if (before === 0) return `Nothing in ${formatMonth(month)} to compare with`
  if (total === before) return `As much as in ${formatMonth(month)}`
  return `${formatMoney(Math.abs(total - before))} ${total > before ? 'more' : 'less'} than in ${formatMonth(month)}`
}
