import type { MutationHandle } from '@savepoint/client'
import { type FormEvent, type ReactNode, useState } from 'react'
import { useMutator } from '../board-client.ts'
import { formatLongDay } from '../format/days.ts'
import { formatMoney } from '../format/money.ts'
import { useAnnounce } from '../parts/announcer.tsx'
import { Field } from '../parts/field.tsx'
import { Icon } from '../parts/icon.tsx'
import { Modal } from '../parts/modal.tsx'
import { Problem } from '../parts/problem.tsx'
import { describeFailure } from '../refusals/describe-failure.ts'
import { type Expense, tagsOf } from './expense-row.tsx'
import { splitTags } from './split-tags.ts'

interface ExpenseDetailsProps {
  readonly expense: Expense
  readonly onClose: () => void
  /** What opened the dialog is gone: the focus needs another place. */
  readonly onDeleted: () => void
}

/** One expense, to be corrected while its month is open. */
export function ExpenseDetails({ expense, onClose, onDeleted }: ExpenseDetailsProps): ReactNode {
  const [retitleExpense] = useMutator('retitleExpense')
  const [tagExpense] = useMutator('tagExpense')
  const [untagExpense] = useMutator('untagExpense')
  const [deleteExpense] = useMutator('deleteExpense')
  const announce = useAnnounce()
  const [title, setTitle] = useState(expense.title)
  const [added, setAdded] = useState('')
  const [problem, setProblem] = useState<string>()
  const isClosed = expense.closed === 1
  const worked = async (handle: MutationHandle<unknown>): Promise<boolean> => {
    const local = await handle.local
    setProblem(local.ok ? undefined : describeFailure(local))
    return local.ok
  }
  const save = async (event: FormEvent) => {
    event.preventDefault()
    const renamed = title.trim() !== expense.title
    if (renamed && !(await worked(retitleExpense({ expense: expense.id, title: title.trim() })))) return
    for (const tag of splitTags(added)) if (!(await worked(tagExpense({ expense: expense.id, tag })))) return
    onClose()
  }
  const untag = async (tag: string) => {
    if (await worked(untagExpense({ expense: expense.id, tag }))) announce(`${tag} taken off`)
  }
  const remove = async () => {
    if (!(await worked(deleteExpense({ expense: expense.id })))) return
    announce(`${expense.title} deleted`)
    onClose()
    // After the dialog has given the focus back to what is no longer there.
    requestAnimationFrame(onDeleted)
  }
  return (
    <Modal title={isClosed ? 'Expense' : 'Edit expense'} onClose={onClose}>
      <p className="figure">{formatMoney(expense.amount)}</p>
      <p className="note">
        From {expense.account} on {formatLongDay(expense.at)}
        {isClosed && '. Its month is closed, so it stays as it is.'}
      </p>
      <form className="stack" onSubmit={(event) => void save(event)}>
        <Field label="What for">
          {({ id }) => (
            <input id={id} value={title} required maxLength={120} readOnly={isClosed} onChange={(event) => setTitle(event.target.value)} />
          )}
        </Field>
        <ul className="tags" aria-label="Tags">
          {tagsOf(expense).map((tag) => (
            <li key={tag} className="tag">
              {tag}
              {!isClosed && (
                <button type="button" aria-label={`Take ${tag} off`} onClick={() => void untag(tag)}>
                  <Icon name="close" />
                </button>
              )}
            </li>
          ))}
        </ul>
        {!isClosed && (
          <Field label="Add tags">
            {({ id }) => <input id={id} value={added} placeholder="food, travel" onChange={(event) => setAdded(event.target.value)} />}
          </Field>
        )}
        <Problem text={problem} />
        <div className="actions end">
          {!isClosed && (
            <button type="button" className="button quiet-wrong" onClick={() => void remove()}>
              Delete
            </button>
          )}
          <button type={isClosed ? 'button' : 'submit'} className="button primary" onClick={isClosed ? onClose : undefined}>
            {isClosed ? 'Close' : 'Save'}
          </button>
        </div>
      </form>
    </Modal>
  )
}
