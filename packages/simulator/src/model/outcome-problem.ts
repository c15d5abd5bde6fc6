import { Violation } from '../view/violation.ts'
import type { Replayed, RoomReplay } from './room-replay.ts'

/** Why an entry's outcome is not what its mutator makes of the log before it; null if it is. */
export function outcomeProblem(replay: RoomReplay, { entry, outcome }: Replayed): Violation | null {
  const logged = replay.history.outcomeAt(entry.version)
  if (logged.ok ? outcome.ok && outcome.value === logged.value : !outcome.ok) return null
  const was = logged.ok ? `was confirmed with ${logged.value || 'nothing'}` : `was rejected (${logged.code}: ${logged.message})`
  const is = outcome.ok ? `returns ${outcome.value || 'nothing'}` : `throws "${messageOf(outcome.error)}"`
  const { name, args, clientID, mutationID, version } = entry
  return new Violation(
    'G3',
    'convergence',
    `"${name}" (${clientID}/${mutationID}) ${was} at version ${version} of room ${replay.history.room}, but run again on the log before it, it ${is}. Arguments: ${args}`,
  )
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
