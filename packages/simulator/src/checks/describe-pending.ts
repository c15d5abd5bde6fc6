import type { RunRequest } from '@savepoint/sqlite'

/** Mutations that a message names before it only counts. */
const NAMED_MAX = 5

export function describePending(pending: readonly RunRequest[]): string {
  if (pending.length === 0) return 'Nothing was pending.'
  const named = pending.slice(0, NAMED_MAX).map(({ name, args, mutationID }) => `${mutationID} "${name}" ${args}`)
  const more = pending.length > NAMED_MAX ? `, and ${pending.length - NAMED_MAX} more` : ''
  return `Pending were: ${named.join(', ')}${more}.`
}
