import { type FormEvent, type ReactNode, useState } from 'react'
import { useMutator } from '../board-client.ts'
import { formatMoney, parseMoney } from '../format/money.ts'
import { useAnnounce } from '../parts/announcer.tsx'
import { Field } from '../parts/field.tsx'
import { Modal } from '../parts/modal.tsx'
import { Problem } from '../parts/problem.tsx'
import { describeFailure } from '../refusals/describe-failure.ts'
import { AccountSelect } from './account-select.tsx'
import type { Account } from './use-accounts.ts'

export function TransferMoney({ accounts, onClose }: { readonly accounts: readonly Account[]; readonly onClose: () => void }): ReactNode {
  const [transfer] = useMutator('transfer')
  const announce = useAnnounce()
  const [from, setFrom] = useState(() => richest(accounts)?.id ?? '')
  const [to, setTo] = useState(() => accounts.find(({ id }) => id !== from)?.id ?? '')
  const [text, setText] = useState('')
  const [problem, setProblem] = useState<string>()
  const nameOf = (id: string) => accounts.find((account) => account.id === id)?.name ?? ''
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const amount = parseMoney(text)
    if (amount === undefined) return setProblem('The amount is one like 250 or 12.50.')
    const local = await transfer({ from, to, amount }).local
    if (!local.ok) return setProblem(describeFailure(local))
    announce(`${formatMoney(amount)} moved from ${nameOf(from)} to ${nameOf(to)}`)
    onClose()
  }
  return (
    <Modal title="Transfer money" onClose={onClose}>
      <form className="stack" onSubmit={(event) => void submit(event)}>
        <Field label="From">{({ id }) => <AccountSelect id={id} accounts={accounts} value={from} onChange={setFrom} hasBalances />}</Field>
        <Field label="To">{({ id }) => <AccountSelect id={id} accounts={accounts} value={to} onChange={setTo} hasBalances />}</Field>
        <Field label="Amount">
          {({ id }) => (
            <input id={id} value={text} inputMode="decimal" required placeholder="0.00" onChange={(e) => setText(e.target.value)} />
          )}
        </Field>
        <Problem text={problem} />
        <div className="actions end">
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="button primary">
            Transfer
          </button>
        </div>
      </form>
    </Modal>
  )
}

function richest(accounts: readonly Account[]): Account | undefined {
  return [...accounts].sort((a, b) => b.balance - a.balance)[0]
}
