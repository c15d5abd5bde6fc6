import type { Scheduler } from '../connection/scheduler.ts'
import { drawID } from './random.ts'

/** Real clock, timers and chance of a page or a worker. */
export const browserScheduler: Scheduler = {
  now: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
  soon: (run) => soon(run),
  random: () => Math.random(),
  id: () => drawID(),
}

/** Timers of a browser wait 4 ms when they are nested; messages do not. */
function soon(run: () => void): void {
  channel ??= openChannel()
  channel.waiting.push(run)
  channel.port.postMessage(null)
}

let channel: ReturnType<typeof openChannel> | undefined

function openChannel() {
  const { port1, port2 } = new MessageChannel()
  const waiting: (() => void)[] = []
  port2.onmessage = () => waiting.shift()?.()
  return { port: port1, waiting }
}
