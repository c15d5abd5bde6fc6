import { count } from '../scenario/contents-of.ts'
import type { SeedsRun } from '../stage/run-seeds.ts'
import type { CallCounts } from '../world/call-counts.ts'

/** Lines that sum up what runs have met. */
export function summaryOf({ runs, isCutShort, calls, mutators, faults, clientMs, realMs }: SeedsRun): string[] {
  const kinds = [...faults].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
  const rate = Math.round(clientMs / Math.max(realMs, 1))
  return [
    `${count(runs, 'run')}${isCutShort ? ' (then time was up)' : ''} with ${count(calls, 'call')} in ${(realMs / 1000).toFixed(1)} s: ${count(rate, 'second')} of clients' lives each second`,
    ...[...mutators].map(([name, counts]) => `  ${name}: ${becameOf(counts)}`),
    `Faults met: ${kinds.map(([kind, times]) => `${kind} ${times.toLocaleString('en-US')}`).join(', ') || 'none'}`,
  ]
}

function becameOf({ calls, failed, confirmed, rejected, lastFailure }: CallCounts): string {
  const parts = [count(calls, 'call'), `${confirmed.toLocaleString('en-US')} confirmed`]
  if (rejected > 0) parts.push(`${rejected.toLocaleString('en-US')} rejected`)
  if (failed > 0) parts.push(`${failed.toLocaleString('en-US')} failed on the client at once`)
  return `${parts.join(', ')}${lastFailure === undefined ? '' : ` (the last: ${lastFailure})`}`
}
