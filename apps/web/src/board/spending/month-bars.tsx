import type { ReactNode } from 'react'
import { formatMonth, formatShortMonth, monthsUpTo } from '../format/days.ts'
import { formatMoney, formatRoundMoney } from '../format/money.ts'
import { roundUp } from './chart-scale.ts'

export interface MonthTotal {
  readonly month: string
  /** Cents. */
  readonly total: number
  readonly expenses: number
  readonly closed: 0 | 1
}

interface MonthBarsProps {
  readonly months: readonly MonthTotal[]
  readonly month: string
  /** The last one to be shown, unless a later one is chosen. */
  readonly last: string
  readonly onMonth: (month: string) => void
}

const MONTHS_SHOWN = 6

/** A bar for each month; each chooses its month. */
export function MonthBars({ months, month, last, onMonth }: MonthBarsProps): ReactNode {
  const shown = monthsUpTo(monthsUpTo(last, MONTHS_SHOWN).includes(month) ? last : month, MONTHS_SHOWN)
  const totals = shown.map((one) => months.find((row) => row.month === one)?.total ?? 0)
  const top = roundUp(Math.max(...totals))
  return (
    <fieldset className="month-bars">
      <legend className="visually-hidden">Months</legend>
      <span className="top-line" aria-hidden="true">
        {formatRoundMoney(top)}
      </span>
      {shown.map((one, i) => {
        const total = totals[i] ?? 0
        const height = (100 * total) / top
        return (
          <button
            key={one}
            type="button"
            aria-pressed={one === month}
            aria-label={`${formatMonth(one)}, ${formatMoney(total)}`}
            onClick={() => onMonth(one)}
          >
            <svg width="100%" height="100%" aria-hidden="true">
              <rect x="18%" width="64%" y={`${100 - height}%`} height={`${height}%`} rx="3" />
            </svg>
            <span aria-hidden="true">{formatShortMonth(one)}</span>
          </button>
        )
      })}
    </fieldset>
  )
}
