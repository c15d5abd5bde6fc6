import type { ReactNode } from 'react'
import { useQuery } from '../board-client.ts'
import { daysIn, formatMonth, formatShortMonth, monthAfter, monthOf } from '../format/days.ts'
import { formatMoney } from '../format/money.ts'
import { type DayTotal, roundUp, stepPath } from './chart-scale.ts'

const PACE = `
SELECT day, sum(spent) OVER (ORDER BY day) AS total
FROM (
  SELECT CAST(strftime('%d', at / 1000, 'unixepoch') AS INTEGER) AS day, sum(amount) AS spent
  FROM spending WHERE month = ? GROUP BY day
)
ORDER BY day`

/** How the sum has grown over the month, beside the month before. */
export function PaceChart({ month, today }: { readonly month: string; readonly today: number }): ReactNode {
  const before = monthAfter(month, -1)
  const { rows: now } = useQuery<DayTotal>(PACE, [month])
  const { rows: then } = useQuery<DayTotal>(PACE, [before])
  const end = (totals: readonly DayTotal[]) => totals.at(-1)?.total ?? 0
  if (now.length + then.length === 0) return null
  const top = roundUp(Math.max(end(now), end(then)))
  const days = Math.max(daysIn(month), daysIn(before))
  const until = month === monthOf(today) ? new Date(today).getUTCDate() : daysIn(month)
  const label = `Spent so far in ${formatMonth(month)}: ${formatMoney(end(now))}; in all of ${formatMonth(before)}: ${formatMoney(end(then))}`
  return (
    <figure className="pace">
      <svg viewBox="0 0 100 100" preserveAspectRatio="none" role="img" aria-label={label}>
        <path className="then" d={stepPath(then, daysIn(before), days, top)} />
        <path className="area" d={`${stepPath(now, until, days, top)}V100H0Z`} />
        <path className="now" d={stepPath(now, until, days, top)} />
      </svg>
      <figcaption aria-hidden="true">
        <span className="now">{formatShortMonth(month)}</span>
        <span className="then">{formatShortMonth(before)}</span>
      </figcaption>
    </figure>
  )
}
