import { type ReactNode, useState } from 'react'
import { useMutator, useQuery } from '../board-client.ts'
import { formatLongDay, formatMonth, wallTime } from '../format/days.ts'
import { formatMoney } from '../format/money.ts'
import { useAnnounce } from '../parts/announcer.tsx'
import { Icon } from '../parts/icon.tsx'
import { Modal } from '../parts/modal.tsx'
import { PendingMark } from '../parts/pending-mark.tsx'
import { Problem } from '../parts/problem.tsx'
import { describeFailure } from '../refusals/describe-failure.ts'
import { usePendingMarks } from '../use-pending-marks.ts'

interface ClosedMonth {
  readonly expenses: number
  readonly total: number
  readonly closedAt: number
}

interface CloseMonthProps {
  readonly month: string
  readonly isClosed: boolean
  readonly isEmpty: boolean
}

/** Closes the month, or says since when it is closed. */
export function CloseMonth({ month, isClosed, isEmpty }: CloseMonthProps): ReactNode {
  const [isAsking, setAsking] = useState(false)
  if (isClosed) return <Closed month={month} />
  return (
    <>
      <button type="button" className="button wide-button" disabled={isEmpty} onClick={() => setAsking(true)}>
        <Icon name="lock" />
        Close {formatMonth(month)}
      </button>
      {isAsking && <Ask month={month} onClose={() => setAsking(false)} />}
    </>
  )
}

function Closed({ month }: { readonly month: string }): ReactNode {
  const marks = usePendingMarks()
  const { rows } = useQuery<ClosedMonth>('SELECT expenses, total, closed_at AS closedAt FROM months WHERE month = ?', [month])
  const [closed] = rows
  if (closed === undefined) return null
  return (
    <p className="closed-note">
      <Icon name="lock" />
      <span>
        Closed on {formatLongDay(wallTime(new Date(closed.closedAt)))} with {closed.expenses} expenses, {formatMoney(closed.total)}
        {marks.isMonthPending(month) && <PendingMark />}
      </span>
    </p>
  )
}

function Ask({ month, onClose }: { readonly month: string; readonly onClose: () => void }): ReactNode {
  const [closeMonth] = useMutator('closeMonth')
  const announce = useAnnounce()
  const [problem, setProblem] = useState<string>()
  const close = async () => {
    const local = await closeMonth({ month }).local
    if (!local.ok) return setProblem(describeFailure(local))
    announce(`${formatMonth(month)} is closed`)
    onClose()
  }
  return (
    <Modal title={`Close ${formatMonth(month)}?`} onClose={onClose}>
      <p className="note">It is added up, in all and by tag. Its expenses can no longer be changed, and none can be added.</p>
      <Problem text={problem} />
      <div className="actions end">
        <button type="button" className="button" onClick={onClose}>
          Leave it open
        </button>
        <button type="button" className="button primary" onClick={() => void close()}>
          Close the month
        </button>
      </div>
    </Modal>
  )
}
