import { type FormEvent, type ReactNode, useState } from 'react'
import { useMutator } from '../board-client.ts'
import { formatMoney, parseMoney } from '../format/money.ts'
import { useAnnounce } from '../parts/announcer.tsx'
import { Field } from '../parts/field.tsx'
import { Modal } from '../parts/modal.tsx'
import { Problem } from '../parts/problem.tsx'
import { describeFailure } from '../refusals/describe-failure.ts'

export function OpenAccount({ onClose }: { readonly onClose: () => void }): ReactNode {
  const [openAccount] = useMutator('openAccount')
  const announce = useAnnounce()
  const [name, setName] = useState('')
  const [amount, setAmount] = useState('')
  const [problem, setProblem] = useState<string>()
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const deposit = amount.trim() === '' ? 0 : parseMoney(amount)
    if (deposit === undefined) return setProblem('The deposit is an amount like 250 or 12.50.')
    const local = await openAccount({ name: name.trim(), deposit }).local
    if (!local.ok) return setProblem(describeFailure(local))
    announce(`${name.trim()} opened with ${formatMoney(deposit)}`)
    onClose()
  }
  return (
    <Modal title="Open an account" onClose={onClose}>
      <form className="stack" onSubmit={(event) => void submit(event)}>
        <Field label="Name">
          {({ id }) => (
            <input id={id} value={name} maxLength={60} required placeholder="Household" onChange={(e) => setName(e.target.value)} />
          )}
        </Field>
        <Field label="First deposit" hint="You can leave it empty.">
          {({ id, hint }) => (
            <input
              id={id}
              value={amount}
              inputMode="decimal"
              placeholder="0.00"
              aria-describedby={hint}
              onChange={(e) => setAmount(e.target.value)}
            />
          )}
        </Field>
        <Problem text={problem} />
        <div className="actions end">
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="button primary">
            Open account
          </button>
        </div>
      </form>
    </Modal>
  )
}
