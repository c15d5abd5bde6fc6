import { nanoid } from 'nanoid'
import type { ServerWorld } from '../create-server.ts'

/** The system's clock, timers and chance. */
export const systemWorld: ServerWorld = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  stopwatch: () => performance.now(),
  id: () => nanoid(),
  schedule: (task) => void setImmediate(task),
  after(ms, task) {
    const timer = setTimeout(task, ms)
    timer.unref()
    return () => clearTimeout(timer)
  },
}
