import type { ReactNode } from 'react'
import { formatDay } from '../format/days.ts'
import { formatMoney } from '../format/money.ts'
import { Icon } from '../parts/icon.tsx'
import { PendingMark } from '../parts/pending-mark.tsx'

export interface Expense {
  readonly id: string
  readonly title: string
  readonly at: number
  /** Cents. */
  readonly amount: number
  /** Its name. */
  readonly account: string
  readonly closed: 0 | 1
  /** A JSON array of names. */
  readonly tags: string
}

export function tagsOf({ tags }: Expense): string[] {
  return JSON.parse(tags) as string[]
}

interface ExpenseRowProps {
  readonly expense: Expense
  readonly isNewDay: boolean
  readonly isPending: boolean
  readonly onShow: () => void
  readonly onTag: (tag: string) => void
}

export function ExpenseRow({ expense, isNewDay, isPending, onShow, onTag }: ExpenseRowProps): ReactNode {
  const day = formatDay(expense.at)
  return (
    <li className={`expense${isPending ? ' is-pending' : ''}${isNewDay ? ' new-day' : ''}`}>
      <span className={isNewDay ? 'day' : 'day visually-hidden'}>{day}</span>
      <span className="what">
        <button type="button" className="title" onClick={onShow}>
          {expense.title}
        </button>
        {isPending && <PendingMark />}
        {expense.closed === 1 && (
          <span className="closed" title="Its month is closed">
            <Icon name="lock" />
            <span className="visually-hidden">, closed</span>
          </span>
        )}
      </span>
      <span className="tags">
        {tagsOf(expense).map((tag) => (
          <button key={tag} type="button" className="tag" aria-label={`Only ${tag}`} onClick={() => onTag(tag)}>
            {tag}
          </button>
        ))}
      </span>
      <span className="account-name">{expense.account}</span>
      <span className="amount">{formatMoney(expense.amount)}</span>
    </li>
  )
}
