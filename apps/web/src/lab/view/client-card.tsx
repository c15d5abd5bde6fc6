import { type ReactNode, useId, useState } from 'react'
import { LATENCY_MS_MAX, type Laboratory } from '../laboratory.ts'
import type { ClientState } from '../model/lab-state.ts'
import type { Message } from '../model/message.ts'
import { shownRows } from '../model/shown-rows.ts'
import { CATEGORY } from '../three-clients.ts'
import { Lane } from './lane.tsx'
import { PendingQueue } from './pending-queue.tsx'
import { RebaseReport } from './rebase-report.tsx'
import { RowsTable } from './rows-table.tsx'
import { Position } from './server-card.tsx'

interface Props {
  readonly client: ClientState
  readonly messages: readonly Message[]
  readonly lab: Laboratory
}

/** One client with its line to the server: what it shows, how sure it is, and what can be done to it. */
export function ClientCard({ client, messages, lab }: Props): ReactNode {
  const { id, name, view, isRunning } = client
  return (
    <div className="client" data-who={id}>
      <Lane
        messages={messages}
        clock={lab.clock}
        cut={isRunning ? (client.isOnline ? undefined : 'offline') : 'killed'}
        isInstant={client.latencyMs === 0 && messages.length === 0}
      />
      <section className="card" aria-labelledby={`client-${id}`} data-client={name} data-running={isRunning}>
        <header>
          <h2 id={`client-${id}`}>
            <span className="dot" data-who={id} />
            {name}
          </h2>
          <span className={`connection ${connectionOf(client)}`} aria-live="polite">
            {connectionOf(client)}
          </span>
          <Position version={view.version} digest={view.digest} />
        </header>
        <Line client={client} lab={lab} />
        <RowsTable
          rows={shownRows(view)}
          label={`Rows of ${name}`}
          empty={isRunning ? 'No rows yet' : `Killed, with ${client.kept} pending on its files`}
        />
        <Calls client={client} lab={lab} />
        <PendingQueue client={client} />
        <RebaseReport client={client} />
        <Life client={client} lab={lab} />
      </section>
    </div>
  )
}

function connectionOf({ isRunning, view }: ClientState): string {
  return isRunning ? view.connection : 'killed'
}

function Line({ client, lab }: Omit<Props, 'messages'>): ReactNode {
  const { id, name, latencyMs, isOnline } = client
  const slider = useId()
  return (
    <div className={`line ${isOnline ? '' : 'cut'}`}>
      <label htmlFor={slider}>
        Latency<span className="visually-hidden"> of {name}</span>
      </label>
      <input
        id={slider}
        type="range"
        min="0"
        max={LATENCY_MS_MAX}
        step="100"
        value={latencyMs}
        aria-valuetext={`${latencyMs} milliseconds one way`}
        onChange={(event) => lab.setLatency(id, Number(event.target.value))}
      />
      <output htmlFor={slider}>{latencyMs.toLocaleString('en')} ms</output>
    </div>
  )
}

function Calls({ client, lab }: { readonly client: ClientState; readonly lab: Laboratory }): ReactNode {
  const [category, setCategory] = useState<string>(CATEGORY)
  const name = category.trim()
  const call = (by: number, text: string) => (
    <button
      type="button"
      className="button"
      disabled={!client.isRunning || name === ''}
      aria-label={`${client.name}: ${name} ${text}`}
      onClick={() => lab.add(client.id, name, by)}
    >
      {text}
    </button>
  )
  return (
    <div className="calls">
      <input
        type="text"
        value={category}
        maxLength={40}
        aria-label={`Category for ${client.name}`}
        onChange={(event) => setCategory(event.target.value)}
      />
      {call(1, '+1')}
      {call(-3, '−3')}
    </div>
  )
}

function Life({ client, lab }: { readonly client: ClientState; readonly lab: Laboratory }): ReactNode {
  const { id, name, isOnline, isRunning } = client
  return (
    <footer>
      <button
        type="button"
        className="switch"
        role="switch"
        aria-checked={isOnline}
        aria-label={`${name} online`}
        onClick={() => lab.setOnline(id, !isOnline)}
      >
        <span className="knob" />
        {isOnline ? 'Online' : 'Offline'}
      </button>
      <button
        type="button"
        className="button quiet"
        aria-label={isRunning ? `Kill ${name}` : `Reopen ${name}`}
        title="A kill ends it in the middle of whatever it does. Its files, which this page keeps in memory, stay."
        onClick={() => (isRunning ? lab.kill(id) : lab.reopen(id))}
      >
        {isRunning ? 'Kill' : 'Reopen'}
      </button>
      <button type="button" className="button quiet remove" aria-label={`Remove ${name}`} onClick={() => lab.removeClient(id)}>
        Remove
      </button>
    </footer>
  )
}
