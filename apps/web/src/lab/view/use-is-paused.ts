import { useSyncExternalStore } from 'react'
import type { LabClock } from '../time/lab-clock.ts'

export function useIsPaused(clock: LabClock): boolean {
  return useSyncExternalStore(
    (listener) => clock.onChange(listener),
    () => clock.isPaused,
  )
}
