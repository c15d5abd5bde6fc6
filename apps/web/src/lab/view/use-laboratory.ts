import { useEffect, useState, useSyncExternalStore } from 'react'
import { Laboratory } from '../laboratory.ts'
import { EMPTY_LAB, type LabState } from '../model/lab-state.ts'

interface Opened {
  readonly lab: Laboratory | null
  readonly state: LabState
  readonly error: string | null
}

/** A laboratory for as long as the component is there. */
export function useLaboratory(room: string, opened: (lab: Laboratory) => void): Opened {
  const [lab, setLab] = useState<Laboratory | null>(null)
  const [error, setError] = useState<string | null>(null)
  useEffect(() => {
    const made = new Laboratory(room)
    let isOver = false
    setLab(made)
    made.open().then(
      () => isOver || opened(made),
      (failure: unknown) => isOver || setError(failure instanceof Error ? failure.message : String(failure)),
    )
    return () => {
      isOver = true
      void made.close()
    }
  }, [room])
  const state = useSyncExternalStore(
    (listener) => lab?.subscribe(listener) ?? (() => {}),
    () => lab?.state ?? EMPTY_LAB,
  )
  return { lab, state, error }
}
