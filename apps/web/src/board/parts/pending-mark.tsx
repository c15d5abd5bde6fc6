import type { ReactNode } from 'react'

/** Beside what is only a guess so far. */
export function PendingMark(): ReactNode {
  return (
    <span className="pending-mark" title="Not confirmed yet">
      <span className="visually-hidden">, not confirmed yet</span>
    </span>
  )
}
