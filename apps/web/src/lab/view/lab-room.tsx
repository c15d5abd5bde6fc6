import type { ReactNode } from 'react'
import { CLIENTS_MAX } from '../laboratory.ts'
import { ClientCard } from './client-card.tsx'
import { Controls } from './controls.tsx'
import { ServerCard } from './server-card.tsx'
import { Story } from './story.tsx'
import { useLaboratory } from './use-laboratory.ts'

interface Props {
  readonly room: string
  /** Whether the scenario starts as soon as all is open, and how. */
  readonly start: 'play' | 'step' | null
  /** Runs the scenario in a room that has no rows yet. */
  readonly startAfresh: (how: 'play' | 'step') => void
}

export function LabRoom({ room, start, startAfresh }: Props): ReactNode {
  const { lab, state, error } = useLaboratory(room, (opened) => {
    if (start === null) return
    if (start === 'step') opened.clock.pause()
    void opened.runScenario().then(() => start === 'step' && opened.clock.step())
  })
  if (error !== null) return <p role="alert">The lab could not be opened: {error}</p>
  if (lab === null) return null
  const begin = async (how: 'play' | 'step') => {
    if (!lab.isFresh) return startAfresh(how)
    if (how === 'step') lab.clock.pause()
    else lab.clock.resume()
    await lab.runScenario()
    if (how === 'step') lab.clock.step()
  }
  const play = () => (state.scenario === 'running' ? lab.clock.resume() : void begin('play'))
  const step = () => (state.scenario === 'idle' && lab.isFresh ? void begin('step') : void lab.clock.step())
  return (
    <div className="lab">
      <header className="intro">
        <h1>Clients guess. The server decides. Everyone agrees.</h1>
        <dl className="terms">
          <div>
            <dt className="term optimistic">optimistic</dt>
            <dd>A client shows its own change at once, as a guess.</dd>
          </div>
          <div>
            <dt className="term authoritative">authoritative</dt>
            <dd>The server runs each change itself. Its order is the truth.</dd>
          </div>
          <div>
            <dt className="term rebase">rebase</dt>
            <dd>A client undoes its guesses, applies what the server did, and replays what is still pending.</dd>
          </div>
        </dl>
      </header>
      <aside className="narration" aria-label="Scenario">
        <Controls lab={lab} state={state} play={play} step={step} />
        <Story state={state} />
      </aside>
      <div className="stage">
        <ServerCard state={state} />
        <div className="clients" data-count={state.clients.length}>
          {state.clients.map((client) => (
            <ClientCard
              key={client.id}
              client={client}
              messages={state.messages.filter((message) => message.client === client.id)}
              lab={lab}
            />
          ))}
        </div>
        <button type="button" className="button add" disabled={state.clients.length >= CLIENTS_MAX} onClick={() => void lab.addClient()}>
          Add a client
        </button>
      </div>
    </div>
  )
}
