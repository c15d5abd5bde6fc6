import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { cpuMs } from '../measure/cpu-timed.ts'

/** What a process has used since it started. */
export interface Usage {
  /** Milliseconds of all cores, in user and system mode. */
  readonly cpuMs: number
  readonly rssBytes: number
  readonly peakRssBytes: number
  /** Bytes of JavaScript objects, those included that nobody needs any more and that are not collected yet. */
  readonly heapBytes: number
}

/** What this process has used so far. */
export function usage(): Usage {
  const { rss: rssBytes, heapUsed: heapBytes } = process.memoryUsage()
  return { cpuMs: cpuMs(), rssBytes, peakRssBytes: process.resourceUsage().maxRSS * 1024, heapBytes }
}

/** The same, once garbage is collected and nothing is under way. */
export async function usageAtRest(): Promise<Usage> {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  for (let i = 0; i < 3; i++) {
    await sleep(300)
    collect()
  }
  return usage()
}
