import type { ReactNode } from 'react'
import type { ClientState } from '../model/lab-state.ts'

/** There is room for so many; of more, the rest is counted. */
const SHOWN_MAX = 4

/** What this client has called and the server has not answered yet. */
export function PendingQueue({ client: { name, view, calls } }: { readonly client: ClientState }): ReactNode {
  const { pending } = view
  const sent = pending.filter(({ isSent }) => isSent).length
  const shown = pending.length > SHOWN_MAX ? pending.slice(0, SHOWN_MAX - 1) : pending
  return (
    <div className="pending">
      <h3>
        Pending <span className="amount">{pending.length}</span>
        <span className="phases">{pending.length === 0 ? '' : `${sent} sent, ${pending.length - sent} queued`}</span>
      </h3>
      <ul aria-label={`Pending of ${name}`}>
        {shown.map(({ id, label, isSent }) => (
          <li key={id} className={isSent ? 'sent' : 'queued'} title={`${label}: ${isSent ? 'sent' : 'queued'}`}>
            <span className="call">
              {calls[id] ? `#${calls[id].mutationID} ` : ''}
              {label}
            </span>
            <span className="visually-hidden">{isSent ? 'sent' : 'queued'}</span>
          </li>
        ))}
        {shown.length < pending.length ? <li className="rest">and {pending.length - shown.length} more</li> : null}
        {pending.length === 0 ? <li className="rest">nothing waits for the server</li> : null}
      </ul>
    </div>
  )
}
