import { useMemo } from 'react'
import { useMutations } from './board-client.ts'
import { type PendingMarks, pendingMarks } from './pending-marks.ts'

/** What on the board is only a guess so far. */
export function usePendingMarks(): PendingMarks {
  const { records } = useMutations({ status: 'pending' })
  return useMemo(() => pendingMarks(records), [records])
}
