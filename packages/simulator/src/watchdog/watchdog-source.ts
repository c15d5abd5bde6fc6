/** The watchdog's thread: a program of its own, as text, so that it needs no file beside the bundle that it may be in. */
export const WATCHDOG_SOURCE = `
const { Session } = require('node:inspector')
const { writeSync } = require('node:fs')
const { parentPort, workerData } = require('node:worker_threads')
const { flags, ms, canStop } = workerData
let seen = -1
let since = performance.now()
setInterval(() => {
  const count = Atomics.load(flags, 0)
  const running = Atomics.load(flags, 1)
  if (count !== seen || running === 0) {
    seen = count
    since = performance.now()
  } else if (performance.now() - since > ms) {
    since = performance.now()
    parentPort.postMessage(running)
    if (!canStop) return writeSync(2, 'A mutator does not come to an end, and cannot be stopped in this thread.\\n')
    const session = new Session()
    session.connectToMainThread()
    session.post('Runtime.terminateExecution', () => session.disconnect())
  }
}, 100)
`
