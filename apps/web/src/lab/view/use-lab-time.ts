import { useEffect, useState } from 'react'
import type { LabClock } from '../time/lab-clock.ts'

/** The lab's time, of each frame that is painted, while there is something to see in it. */
export function useLabTime(clock: LabClock, isWatched: boolean): number {
  const [now, setNow] = useState(() => clock.now())
  useEffect(() => {
    if (!isWatched) return
    let frame = 0
    const tick = () => {
      setNow(clock.now())
      frame = requestAnimationFrame(tick)
    }
    tick()
    return () => cancelAnimationFrame(frame)
  }, [clock, isWatched])
  return now
}
