import { WORLD } from '@savepoint-demo/mutators'
import type { ReactNode } from 'react'
import { useQuery } from '../board-client.ts'
import { formatDay, wallTime } from '../format/days.ts'
import { formatMoney } from '../format/money.ts'
import { PendingMark } from '../parts/pending-mark.tsx'
import { usePendingMarks } from '../use-pending-marks.ts'

interface Movement {
  readonly id: string
  readonly at: number
  readonly amount: number
  readonly from: string
  readonly to: string
  readonly payer: string
  readonly payee: string
}

/** Of all accounts, or of one. Expenses are listed elsewhere. */
const MOVEMENTS = `
SELECT transfers.id, at, taken.amount, given.account AS "from", taken.account AS "to", payer.name AS payer, payee.name AS payee
FROM transfers
  JOIN entries AS given ON given.transfer = transfers.id AND given.amount < 0
  JOIN entries AS taken ON taken.transfer = transfers.id AND taken.amount > 0
  JOIN accounts AS payer ON payer.id = given.account
  JOIN accounts AS payee ON payee.id = taken.account
WHERE taken.account <> 'world' AND ($account = '' OR $account IN (given.account, taken.account))
ORDER BY at DESC, transfers.id
LIMIT $limit`

function dayOf(movement: Movement | undefined): string | undefined {
  return movement && formatDay(wallTime(new Date(movement.at)))
}

/** The last movements of money, newest first. */
export function Movements({ account = '', limit = 5 }: { readonly account?: string; readonly limit?: number }): ReactNode {
  const { rows } = useQuery<Movement>(MOVEMENTS, { account, limit })
  const marks = usePendingMarks()
  if (rows.length === 0) return null
  return (
    <section className="movements" aria-label="Latest transfers">
      <h3>Latest transfers</h3>
      <ul>
        {rows.map((row, i) => (
          <li key={row.id}>
            <span className={dayOf(row) === dayOf(rows[i - 1]) ? 'day visually-hidden' : 'day'}>{dayOf(row)}</span>
            <span className="way">
              {row.from === WORLD ? `Deposit to ${row.payee}` : `${row.payer} → ${row.payee}`}
              {marks.isTransferPending(row) && <PendingMark />}
            </span>
            <span className="amount">{formatMoney(row.amount)}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}
