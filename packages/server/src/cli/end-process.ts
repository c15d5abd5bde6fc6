import { endThreads } from '../threads/start-thread.ts'

/** A thread that runs JavaScript is gone in a moment, also on a busy machine. */
const END_MS_MAX = 1000

/**
 * Ends the process, whatever of the app's still keeps it alive or hangs in it. Where a thread runs a query that does not end, Node
 * would wait for it as it exits: then the process kills itself, which shells tell as 137.
 */
export async function endProcess(code: number): Promise<never> {
  if (!(await endThreads(END_MS_MAX))) {
    console.error('A query that does not end holds its thread, so the process kills itself. What was acknowledged is kept')
    process.kill(process.pid, 'SIGKILL')
  }
  process.exit(code)
}
