import { type FormEvent, type ReactNode, useState } from 'react'
import { useMutator } from '../board-client.ts'
import { formatMoney, parseMoney } from '../format/money.ts'
import { useAnnounce } from '../parts/announcer.tsx'
import { Field } from '../parts/field.tsx'
import { Modal } from '../parts/modal.tsx'
import { PendingMark } from '../parts/pending-mark.tsx'
import { Problem } from '../parts/problem.tsx'
import { describeFailure } from '../refusals/describe-failure.ts'
import { usePendingMarks } from '../use-pending-marks.ts'
import { Movements } from './movements.tsx'
import type { Account } from './use-accounts.ts'

/** One account: what is in it, how it came there, and a deposit. */
export function AccountDetails({ account, onClose }: { readonly account: Account; readonly onClose: () => void }): ReactNode {
  const [deposit] = useMutator('deposit')
  const marks = usePendingMarks()
  const announce = useAnnounce()
  const [text, setText] = useState('')
  const [problem, setProblem] = useState<string>()
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const amount = parseMoney(text)
    if (amount === undefined) return setProblem('The amount is one like 250 or 12.50.')
    const local = await deposit({ account: account.id, amount }).local
    if (!local.ok) return setProblem(describeFailure(local))
    setProblem(undefined)
    setText('')
    announce(`${formatMoney(amount)} put into ${account.name}`)
  }
  return (
    <Modal title={account.name} onClose={onClose}>
      <p className="figure">
        {formatMoney(account.balance)}
        {marks.isAccountPending(account) && <PendingMark />}
      </p>
      <form className="one-line" onSubmit={(event) => void submit(event)}>
        <Field label="Deposit">
          {({ id }) => (
            <input id={id} value={text} inputMode="decimal" required placeholder="0.00" onChange={(e) => setText(e.target.value)} />
          )}
        </Field>
        <button type="submit" className="button primary">
          Put in
        </button>
      </form>
      <Problem text={problem} />
      <Movements account={account.id} limit={12} />
    </Modal>
  )
}
