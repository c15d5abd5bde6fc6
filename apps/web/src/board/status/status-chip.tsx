import { type FocusEvent, type KeyboardEvent, type ReactNode, useId, useRef, useState } from 'react'
import { useClient, useStatus } from '../board-client.ts'
import { formatClock } from '../format/days.ts'
import { describeStatus, describeStorage } from './describe-status.ts'
import { useLineSwitch } from './use-line-switch.ts'
import './status.css'

/** How the board stands with the server, in a word; more at a click. */
export function StatusChip(): ReactNode {
  const status = useStatus()
  const [isOpen, setOpen] = useState(false)
  const button = useRef<HTMLButtonElement>(null)
  const panel = useId()
  const switchLine = useLineSwitch()
  const { tone, short } = describeStatus(status)
  const keyPressed = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !isOpen) return
    setOpen(false)
    button.current?.focus()
  }
  const focusLeft = ({ currentTarget, relatedTarget }: FocusEvent) => {
    if (relatedTarget !== null && !currentTarget.contains(relatedTarget)) setOpen(false)
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Its buttons are what can be used; this hears what they do not.
    <div className="status" onKeyDown={keyPressed} onBlur={focusLeft}>
      <button
        ref={button}
        type="button"
        className={`status-chip ${tone}`}
        aria-expanded={isOpen}
        aria-controls={panel}
        onClick={() => setOpen(!isOpen)}
      >
        <span className="status-dot" aria-hidden="true" />
        <span className="visually-hidden">Status: </span>
        {short}
      </button>
      <div id={panel} hidden={!isOpen} className="status-panel card">
        {isOpen && <StatusDetails onSwitch={switchLine} />}
      </div>
    </div>
  )
}

function StatusDetails({ onSwitch }: { readonly onSwitch: (to: 'online' | 'offline') => void }): ReactNode {
  const client = useClient()
  const status = useStatus()
  const isStopped = status.connection === 'stopped'
  const { oldestPendingAt, outage, version } = status
  return (
    <>
      <p>{describeStatus(status).long}</p>
      <dl>
        <dt>Waiting</dt>
        <dd>{oldestPendingAt === null ? 'Nothing' : `${status.pending}, the oldest since ${formatClock(oldestPendingAt)}`}</dd>
        {outage?.nextTryAt != null && (
          <>
            <dt>Next try</dt>
            <dd>{formatClock(outage.nextTryAt)}</dd>
          </>
        )}
        <dt>Confirmed</dt>
        <dd>{version === null ? 'Nothing yet' : `up to version ${version}`}</dd>
        <dt>Kept</dt>
        <dd>{describeStorage(client.storage)}</dd>
      </dl>
      <div className="actions">
        <button type="button" className="button" onClick={() => onSwitch(isStopped ? 'online' : 'offline')}>
          {isStopped ? 'Go online' : 'Go offline'}
        </button>
        <a className="button" href={secondDevice()} target="_blank" rel="noreferrer">
          Open a second device
        </a>
      </div>
      <p className="hint">To see a refusal: go offline on both, spend the same money, and come back.</p>
    </>
  )
}

/** The same room, with a replica of its own. */
function secondDevice(): string {
  const device = Number(new URLSearchParams(location.search).get('device') ?? 1) + 1
  return `${location.pathname}?device=${device}${location.hash}`
}
