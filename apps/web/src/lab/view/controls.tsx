import { type ReactNode, useSyncExternalStore } from 'react'
import type { Laboratory } from '../laboratory.ts'
import type { LabState } from '../model/lab-state.ts'

const SPEEDS = [0.25, 0.5, 1, 2, 5, 10] as const

interface Props {
  readonly lab: Laboratory
  readonly state: LabState
  readonly play: () => void
  readonly step: () => void
}

/** Starts the scenario, and governs the lab's time. */
export function Controls({ lab, state, play, step }: Props): ReactNode {
  const { clock } = lab
  const pace = useSyncExternalStore(
    (listener) => clock.onChange(listener),
    () => `${clock.isPaused} ${clock.speed}`,
  )
  const isPaused = pace.startsWith('true')
  return (
    <fieldset className="controls" aria-label="Scenario and time">
      <button type="button" className="button primary" onClick={play} disabled={state.scenario === 'running' && !isPaused}>
        {state.scenario === 'running' && isPaused ? 'Play on' : state.scenario === 'idle' ? 'Play the three clients' : 'Play again'}
      </button>
      <button type="button" className="button" onClick={step}>
        Step
      </button>
      <button type="button" className="button pause" onClick={() => (isPaused ? clock.resume() : clock.pause())} aria-pressed={isPaused}>
        {isPaused ? 'Resume' : 'Pause'}
      </button>
      <label className="speed">
        <span>Speed</span>
        <select value={clock.speed} onChange={(event) => clock.setSpeed(Number(event.target.value))}>
          {SPEEDS.map((speed) => (
            <option key={speed} value={speed}>
              {speed}×
            </option>
          ))}
        </select>
      </label>
    </fieldset>
  )
}
