import type { MutationHandle, MutationRecord } from '@savepoint/client'
import { type FormEvent, type ReactNode, useState } from 'react'
import { AccountSelect } from '../accounts/account-select.tsx'
import type { Account } from '../accounts/use-accounts.ts'
import { type ArgsOf, useMutations, useMutator } from '../board-client.ts'
import { formatClock, formatDay, wallTime } from '../format/days.ts'
import { formatMoney, moneyText, parseMoney } from '../format/money.ts'
import { Field } from '../parts/field.tsx'
import { Problem } from '../parts/problem.tsx'
import { describeFailure } from './describe-failure.ts'
import type { RefusalText } from './describe-refusal.ts'

interface RefusalCardProps {
  readonly record: MutationRecord
  readonly accounts: readonly Account[]
  readonly text: RefusalText
  /** Called once it is dismissed, or something else stands in for it. */
  readonly onDone: () => void
}

/** One refused change: which, why, and what can be done about it. */
export function RefusalCard({ record, accounts, text, onDone }: RefusalCardProps): ReactNode {
  const isShort = record.failure?.code === 'overdrawn'
  return (
    <article className="refused-change">
      <div className="words">
        <h3>{text.what}</h3>
        <p>{text.why}</p>
        <p className="when">
          Made on {formatDay(wallTime(new Date(record.createdAt)))} at {formatClock(record.createdAt)}. Nothing of it was kept.
        </p>
      </div>
      {isShort && record.name === 'transfer' && (
        <OtherAmount args={record.args as ArgsOf<'transfer'>} accounts={accounts} onDone={onDone} />
      )}
      {isShort && record.name === 'recordExpense' && (
        <OtherAccount args={record.args as ArgsOf<'recordExpense'>} accounts={accounts} onDone={onDone} />
      )}
      {!isShort && <Again record={record} onDone={onDone} />}
    </article>
  )
}

interface RemedyProps<Args> {
  readonly args: Args
  readonly accounts: readonly Account[]
  readonly onDone: () => void
}

/** A transfer of what is there now, or of less. */
function OtherAmount({ args, accounts, onDone }: RemedyProps<ArgsOf<'transfer'>>): ReactNode {
  const [transfer] = useMutator('transfer')
  const left = accounts.find(({ id }) => id === args.from)?.balance ?? 0
  const [typed, setTyped] = useState<string>()
  const text = typed ?? (left > 0 ? moneyText(Math.min(left, args.amount)) : '')
  const { problem, attempt } = useAttempt(onDone)
  const amount = parseMoney(text)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (amount !== undefined) attempt(() => transfer({ ...args, amount }))
  }
  return (
    <form className="remedy" onSubmit={submit}>
      <Field label="Transfer instead" hint={`${formatMoney(left)} is there now`}>
        {({ id, hint }) => (
          <input
            id={id}
            className="money"
            inputMode="decimal"
            required
            value={text}
            placeholder="0.00"
            aria-describedby={hint}
            onChange={(e) => setTyped(e.target.value)}
          />
        )}
      </Field>
      <RemedyButtons isPossible={amount !== undefined} action="Transfer" onDone={onDone} />
      <Problem text={problem} />
    </form>
  )
}

/** The same expense, from an account that has the money. */
function OtherAccount({ args, accounts, onDone }: RemedyProps<ArgsOf<'recordExpense'>>): ReactNode {
  const [recordExpense] = useMutator('recordExpense')
  const [chosen, setChosen] = useState<string>()
  const account = chosen ?? accounts.find(({ balance }) => balance >= args.amount)?.id ?? args.account
  const { problem, attempt } = useAttempt(onDone)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    attempt(() => recordExpense({ ...args, account }))
  }
  return (
    <form className="remedy" onSubmit={submit}>
      <Field label="Pay from">
        {({ id }) => <AccountSelect id={id} accounts={accounts} value={account} onChange={setChosen} hasBalances />}
      </Field>
      <RemedyButtons isPossible action="Pay" onDone={onDone} />
      <Problem text={problem} />
    </form>
  )
}

function Again({ record, onDone }: { readonly record: MutationRecord; readonly onDone: () => void }): ReactNode {
  const { retry } = useMutations({ status: 'rejected' })
  const { problem, attempt } = useAttempt(onDone)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    attempt(() => retry(record))
  }
  return (
    <form className="remedy" onSubmit={submit}>
      <RemedyButtons isPossible action="Try again" onDone={onDone} />
      <Problem text={problem} />
    </form>
  )
}

interface RemedyButtonsProps {
  readonly isPossible: boolean
  readonly action: string
  readonly onDone: () => void
}

function RemedyButtons({ isPossible, action, onDone }: RemedyButtonsProps): ReactNode {
  return (
    <div className="actions">
      <button type="submit" className="button primary" disabled={!isPossible}>
        {action}
      </button>
      <button type="button" className="button" onClick={onDone}>
        Dismiss
      </button>
    </div>
  )
}

/** Makes a change that stands in for the refused one, which is forgotten when the new one is kept. */
function useAttempt(onDone: () => void) {
  const [problem, setProblem] = useState<string>()
  const follow = async (handle: MutationHandle<unknown>) => {
    const local = await handle.local
    if (!local.ok) return setProblem(describeFailure(local))
    await handle.durable.catch(() => handle.confirmed)
    onDone()
  }
  return { problem, attempt: (make: () => MutationHandle<unknown>) => void follow(make()) }
}
