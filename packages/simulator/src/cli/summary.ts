import { count } from '../scenario/contents-of.ts'
import type { SeedsRun } from '../stage/run-seeds.ts'

/** Lines that sum up what runs have met. */
export function summaryOf({ runs, isCutShort, calls, faults, clientMs, realMs }: SeedsRun): string[] {
  const kinds = [...faults].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
  const rate = Math.round(clientMs / Math.max(realMs, 1))
  return [
    `${count(runs, 'run')}${isCutShort ? ' (then time was up)' : ''} with ${count(calls, 'call')} in ${(realMs / 1000).toFixed(1)} s: ${count(rate, 'second')} of clients' lives each second`,
    `Faults met: ${kinds.map(([kind, times]) => `${kind} ${times.toLocaleString('en-US')}`).join(', ') || 'none'}`,
  ]
}
