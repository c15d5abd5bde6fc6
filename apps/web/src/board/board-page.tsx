import { type ReactNode, useState } from 'react'
import { Accounts } from './accounts/accounts.tsx'
import { useAccounts } from './accounts/use-accounts.ts'
import { type ExpenseFilter, Expenses } from './expenses/expenses.tsx'
import { monthOf } from './format/days.ts'
import { Invitation } from './invitation.tsx'
import { Lists } from './lists/lists.tsx'
import { Refusals } from './refusals/refusals.tsx'
import { SectionLinks } from './section-links.tsx'
import { Spending } from './spending/spending.tsx'
import { StatusChip } from './status/status-chip.tsx'
import { useToday } from './use-today.ts'

export function BoardPage(): ReactNode {
  const today = useToday()
  const [filter, setFilter] = useState<ExpenseFilter>({ month: monthOf(today), tag: '', search: '' })
  const { accounts, isLoading } = useAccounts()
  const change = (part: Partial<ExpenseFilter>) => setFilter((before) => ({ ...before, ...part }))
  return (
    <>
      <div className="board-head">
        <h1 id="board-title" tabIndex={-1}>
          Expense board
        </h1>
        <StatusChip />
      </div>
      <Refusals accounts={accounts} />
      {!isLoading && accounts.length === 0 && <Invitation />}
      {accounts.length > 0 && (
        <div className="board-grid">
          <Accounts accounts={accounts} />
          <Expenses accounts={accounts} filter={filter} onFilter={change} today={today} />
          <Spending filter={filter} onFilter={change} today={today} />
          <Lists />
          <SectionLinks />
        </div>
      )}
    </>
  )
}
