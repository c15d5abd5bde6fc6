import { type ReactNode, useSyncExternalStore } from 'react'
import type { Laboratory } from '../laboratory.ts'
import type { LabState } from '../model/lab-state.ts'
import { useIsPaused } from './use-is-paused.ts'

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
  const isPaused = useIsPaused(clock)
  const speed = useSyncExternalStore(
    (listener) => clock.onChange(listener),
    () => clock.speed,
  )
  return (
    <fieldset className="controls" aria-label="Scenario and time">
      <button
        type="button"
        className="button primary"
        aria-label={state.scenario === 'idle' ? 'Play the three clients' : undefined}
        onClick={play}
        disabled={state.scenario === 'running' && !isPaused}
      >
        {state.scenario === 'idle' ? (
          <span>
            Play<span className="wide"> the three clients</span>
          </span>
        ) : (
          labelOf(state.scenario, isPaused)
        )}
      </button>
      <button type="button" className="button" onClick={step}>
        Step
      </button>
      <button type="button" className="button pause" onClick={() => (isPaused ? clock.resume() : clock.pause())}>
        {isPaused ? 'Resume' : 'Pause'}
      </button>
      <label className="speed">
        <span>Speed</span>
        <select value={speed} onChange={(event) => clock.setSpeed(Number(event.target.value))}>
          {SPEEDS.map((one) => (
            <option key={one} value={one}>
              {one}×
            </option>
          ))}
        </select>
      </label>
    </fieldset>
  )
}

function labelOf(scenario: LabState['scenario'], isPaused: boolean): string {
  if (scenario === 'done') return 'Play again'
  return isPaused ? 'Play on' : 'Playing …'
}
