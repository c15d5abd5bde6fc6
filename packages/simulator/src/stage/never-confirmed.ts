import type { SimulatedApp } from '../app.ts'
import { namedEntries } from '../scenario/workload-entry.ts'
import { WorkloadError } from '../scenario/workload-error.ts'
import type { SeedsRun } from './run-seeds.ts'

/** Fewer calls may all have failed by chance. */
const CALLS_MIN = 50

/** An error if there is a mutator of which nothing was tested, as no call of it came through; else null. */
export function neverConfirmed({ mutators }: SeedsRun, app: SimulatedApp): WorkloadError | null {
  const isExpected = new Set(namedEntries(app).flatMap(({ name, alwaysRejected }) => (alwaysRejected ? [name] : [])))
  for (const [name, { calls, confirmed, lastFailure }] of mutators) {
    if (calls < CALLS_MIN || confirmed > 0 || isExpected.has(name)) continue
    return new WorkloadError(
      `"${name}" was called ${calls} times, and not once with success, so that nothing is known of it. The last failure: ${lastFailure ?? 'none was told'}. Make arguments that fit what is there (a generator's second parameter reads the replica), or say that it is \`alwaysRejected\`.`,
    )
  }
  return null
}
