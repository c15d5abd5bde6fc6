import { useEffect, useState } from 'react'
import { dayOf, wallTime } from './format/days.ts'

const LOOK_AGAIN_MS = 60_000

/** Now, on the wall, as far as the day matters: it changes at midnight. */
export function useToday(): number {
  const [today, setToday] = useState(() => wallTime(new Date()))
  useEffect(() => {
    const timer = setInterval(() => {
      const now = wallTime(new Date())
      setToday((before) => (dayOf(before) === dayOf(now) ? before : now))
    }, LOOK_AGAIN_MS)
    return () => clearInterval(timer)
  }, [])
  return today
}
