import { type FormEvent, type ReactNode, useRef, useState } from 'react'
import { AccountSelect } from '../accounts/account-select.tsx'
import type { Account } from '../accounts/use-accounts.ts'
import { useMutator } from '../board-client.ts'
import { dayOf, timeOnDay, wallTime } from '../format/days.ts'
import { formatMoney, parseMoney } from '../format/money.ts'
import { useAnnounce } from '../parts/announcer.tsx'
import { Field } from '../parts/field.tsx'
import { Problem } from '../parts/problem.tsx'
import { describeFailure } from '../refusals/describe-failure.ts'
import { splitTags } from './split-tags.ts'

interface NewExpenseProps {
  readonly accounts: readonly Account[]
  readonly today: number
}

/** One line, to note expenses one after the other: account and day stay as they were. */
export function NewExpense({ accounts, today }: NewExpenseProps): ReactNode {
  const [recordExpense] = useMutator('recordExpense')
  const announce = useAnnounce()
  const title = useRef<HTMLInputElement>(null)
  const [what, setWhat] = useState('')
  const [text, setText] = useState('')
  const [tags, setTags] = useState('')
  const [day, setDay] = useState(dayOf(today))
  const [chosen, setChosen] = useState('')
  const [problem, setProblem] = useState<string>()
  const account = accounts.some(({ id }) => id === chosen) ? chosen : (accounts[0]?.id ?? '')
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const amount = parseMoney(text)
    if (amount === undefined) return setProblem('The amount is one like 250 or 12.50.')
    const at = timeOnDay(day, wallTime(new Date()))
    const expense = { account, title: what.trim(), amount, tags: splitTags(tags), ...(at !== undefined && { at }) }
    const local = await recordExpense(expense).local
    if (!local.ok) return setProblem(describeFailure(local))
    announce(`${expense.title}, ${formatMoney(amount)}, noted`)
    for (const clear of [setWhat, setText, setTags]) clear('')
    setProblem(undefined)
    title.current?.focus()
  }
  return (
    <form className="new-expense" aria-label="New expense" onSubmit={(event) => void submit(event)}>
      <Field label="What for" isLabelHidden>
        {({ id }) => (
          <input
            id={id}
            ref={title}
            value={what}
            required
            maxLength={120}
            placeholder="What for"
            onChange={(e) => setWhat(e.target.value)}
          />
        )}
      </Field>
      <Field label="Amount" isLabelHidden>
        {({ id }) => (
          <input
            id={id}
            className="money"
            value={text}
            required
            inputMode="decimal"
            placeholder="0.00"
            onChange={(e) => setText(e.target.value)}
          />
        )}
      </Field>
      <Field label="Tags, with commas between them" isLabelHidden>
        {({ id }) => <input id={id} value={tags} placeholder="Tags" autoComplete="off" onChange={(e) => setTags(e.target.value)} />}
      </Field>
      <Field label="Paid from" isLabelHidden>
        {({ id }) => <AccountSelect id={id} accounts={accounts} value={account} onChange={setChosen} />}
      </Field>
      <Field label="Day" isLabelHidden>
        {({ id }) => <input id={id} type="date" value={day} max={dayOf(today)} required onChange={(e) => setDay(e.target.value)} />}
      </Field>
      <button type="submit" className="button primary">
        Add
      </button>
      <Problem text={problem} />
    </form>
  )
}
