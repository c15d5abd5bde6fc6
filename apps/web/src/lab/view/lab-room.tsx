import type { ReactNode } from 'react'
import { CLIENTS_MAX, type Laboratory } from '../laboratory.ts'
import type { LabState } from '../model/lab-state.ts'
import { ClientCard } from './client-card.tsx'
import { Controls } from './controls.tsx'
import { Intro } from './intro.tsx'
import { ServerCard } from './server-card.tsx'
import { Story } from './story.tsx'
import { useIsPaused } from './use-is-paused.ts'
import { useLaboratory } from './use-laboratory.ts'

interface Props {
  readonly room: string
  /** Whether the scenario starts as soon as all is open, and how. */
  readonly start: 'play' | 'step' | null
  /** Runs the scenario in a room that has no rows yet. */
  readonly startAfresh: (how: 'play' | 'step') => void
}

interface Opened extends Pick<Props, 'startAfresh'> {
  readonly lab: Laboratory
  readonly state: LabState
}

/** One room's lab. */
export function LabRoom({ room, start, startAfresh }: Props): ReactNode {
  const { lab, state, error } = useLaboratory(room, (opened) => {
    if (start === null) return
    if (start === 'step') opened.clock.pause()
    void opened.runScenario().then(() => start === 'step' && opened.clock.step())
  })
  if (error !== null) return <p role="alert">The lab could not be opened: {error}</p>
  return lab === null ? null : <OpenedLab lab={lab} state={state} startAfresh={startAfresh} />
}

function OpenedLab({ lab, state, startAfresh }: Opened): ReactNode {
  const isPaused = useIsPaused(lab.clock)
  const begin = async (how: 'play' | 'step') => {
    if (!lab.isFresh) return startAfresh(how)
    if (how === 'step') lab.clock.pause()
    else lab.clock.resume()
    await lab.runScenario()
    if (how === 'step') lab.clock.step()
  }
  const play = () => (state.scenario === 'running' ? lab.clock.resume() : void begin('play'))
  const isUnderWay = state.scenario === 'running' || state.messages.length > 0
  const step = () => (isUnderWay ? void lab.clock.step() : void begin('step'))
  return (
    <div className="lab">
      <Intro />
      <aside className="narration" aria-label="Scenario">
        <Controls lab={lab} state={state} play={play} step={step} />
        <Story state={state} isPaused={isPaused} />
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
        <footer>
          <button type="button" className="button" disabled={state.clients.length >= CLIENTS_MAX} onClick={() => void lab.addClient()}>
            Add a client
          </button>
          <p>
            These are real clients, each with a replica, a queue and a socket of its own; only their lines and their clock are the lab’s.
            Their files are in this page’s memory: they outlive a kill, but not a reload.
          </p>
        </footer>
      </div>
    </div>
  )
}
