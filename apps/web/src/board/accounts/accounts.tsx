import { type ReactNode, useState } from 'react'
import { formatMoney } from '../format/money.ts'
import { Icon } from '../parts/icon.tsx'
import { PendingMark } from '../parts/pending-mark.tsx'
import { usePendingMarks } from '../use-pending-marks.ts'
import { AccountDetails } from './account-details.tsx'
import { Movements } from './movements.tsx'
import { OpenAccount } from './open-account.tsx'
import { TransferMoney } from './transfer-money.tsx'
import type { Account } from './use-accounts.ts'
import './accounts.css'

type Dialog = { readonly name: 'open' } | { readonly name: 'transfer' } | { readonly name: 'details'; readonly account: string }

/** Where the money is. */
export function Accounts({ accounts }: { readonly accounts: readonly Account[] }): ReactNode {
  const marks = usePendingMarks()
  const [dialog, setDialog] = useState<Dialog>()
  const close = () => setDialog(undefined)
  const total = accounts.reduce((sum, { balance }) => sum + balance, 0)
  const shown = dialog?.name === 'details' ? accounts.find(({ id }) => id === dialog.account) : undefined
  return (
    <section className="card accounts" aria-labelledby="accounts">
      <header className="card-head">
        <h2 id="accounts" tabIndex={-1}>
          Accounts
        </h2>
        <button
          type="button"
          className="icon-button"
          aria-label="Open an account"
          title="Open an account"
          onClick={() => setDialog({ name: 'open' })}
        >
          <Icon name="plus" />
        </button>
      </header>
      <ul>
        {accounts.map((account) => (
          <li key={account.id}>
            <button type="button" className="account" onClick={() => setDialog({ name: 'details', account: account.id })}>
              <span className="name">{account.name}</span>
              <span className="amount">
                {marks.isAccountPending(account) && <PendingMark />}
                {formatMoney(account.balance)}
              </span>
            </button>
          </li>
        ))}
      </ul>
      <p className="total">
        <span>Together</span>
        <span className="amount">{formatMoney(total)}</span>
      </p>
      <button type="button" className="button wide-button" disabled={accounts.length < 2} onClick={() => setDialog({ name: 'transfer' })}>
        <Icon name="move" />
        Transfer money
      </button>
      <Movements />
      {dialog?.name === 'open' && <OpenAccount onClose={close} />}
      {dialog?.name === 'transfer' && <TransferMoney accounts={accounts} onClose={close} />}
      {shown && <AccountDetails account={shown} onClose={close} />}
    </section>
  )
}
