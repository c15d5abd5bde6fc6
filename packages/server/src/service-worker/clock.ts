import { nanoid } from 'nanoid'
import type { ServerWorld } from '../create-server.ts'

/** A browser's clock, timers and chance. */
export const browserWorld: ServerWorld = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  stopwatch: () => performance.now(),
  id: () => nanoid(),
  schedule: (task) => soon(task),
  after(ms, task) {
    const timer = setTimeout(task, ms)
    return () => clearTimeout(timer)
  },
}

/** Timers of a browser wait 4 ms when they are nested; messages do not. */
function soon(task: () => void): void {
  const { port1, port2 } = new MessageChannel()
  port2.onmessage = () => {
    port2.close()
    task()
  }
  port1.postMessage(null)
}
