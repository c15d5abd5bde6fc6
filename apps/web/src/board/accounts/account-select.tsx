import type { ReactNode } from 'react'
import { formatMoney } from '../format/money.ts'
import type { Account } from './use-accounts.ts'

interface AccountSelectProps {
  readonly id: string
  readonly accounts: readonly Account[]
  readonly value: string
  readonly onChange: (account: string) => void
  /** With how much is in each. */
  readonly hasBalances?: boolean
}

export function AccountSelect({ id, accounts, value, onChange, hasBalances = false }: AccountSelectProps): ReactNode {
  return (
    <select id={id} value={value} onChange={(event) => onChange(event.target.value)}>
      {accounts.map((account) => (
        <option key={account.id} value={account.id}>
          {hasBalances ? `${account.name} · ${formatMoney(account.balance)}` : account.name}
        </option>
      ))}
    </select>
  )
}
