/**
 * The watchdog's thread: a program of its own, as text, so that it needs no file beside the bundle that it may be in. Where a
 * mutator cannot be stopped, it says whose fault it is and ends the process, which would go on for ever.
 */
export const WATCHDOG_SOURCE = `
const { Session } = require('node:inspector')
const { writeSync } = require('node:fs')
const { parentPort, workerData } = require('node:worker_threads')
const { flags, ms, canStop } = workerData
let names = []
let where = ''
parentPort.on('message', (told) => {
  if (told.names) names = told.names
  if (told.where) where = told.where
})
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
    if (!canStop) {
      writeSync(2, '\\nThe mutator "' + names[running - 1] + '" was still running after ' + ms / 1000 + ' s, ' + where + '. It cannot be stopped here, so that the process ends. See that its loops come to an end.\\n')
      return process.kill(process.pid, 'SIGKILL')
    }
    parentPort.postMessage(running)
    const session = new Session()
    session.connectToMainThread()
    session.post('Runtime.terminateExecution', () => session.disconnect())
  }
}, 100)
`
