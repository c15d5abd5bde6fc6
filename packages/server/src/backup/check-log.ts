import { decodePatch } from '@savepoint/core'
import type { Driver } from '@savepoint/sqlite'

/** Entries that are read at a time. */
const READ_ENTRIES_MAX = 500

interface Position {
  readonly version: number
  readonly floor: number
  readonly digest: string
}

/** What is wrong with the log by itself: versions that are missing or too many, changes that cannot be read, its last digest. */
export function checkLog(driver: Driver, { version, floor, digest }: Position): string[] {
  const problems: string[] = []
  const read = driver.prepare(
    `SELECT version, changes, outcome, digest FROM _savepoint_log WHERE version > ? ORDER BY version LIMIT ${READ_ENTRIES_MAX}`,
  )
  let at = floor
  let last = ''
  for (;;) {
    const entries = read.all([at])
    for (const entry of entries) {
      const found = Number(entry.version)
      if (found !== at + 1) problems.push(`The log lacks ${found === at + 2 ? `version ${at + 1}` : `versions ${at + 1} to ${found - 1}`}.`)
      at = found
      last = String(entry.digest)
      for (const column of ['changes', 'outcome'] as const) {
        const problem = unreadable(column, entry[column])
        if (problem !== null) problems.push(`Version ${at} of the log has ${column} that cannot be read: ${problem}.`)
      }
    }
    if (entries.length < READ_ENTRIES_MAX) break
  }
  if (at < version) problems.push(`The log ends at version ${at}, and the room is at ${version}.`)
  if (at > version) problems.push(`The log goes on to version ${at}, and the room is at ${version}.`)
  if (at === version && at > floor && last !== digest)
    problems.push(`The log ends with digest ${last || 'none'}, and the room says ${digest}.`)
  return problems
}

function unreadable(column: 'changes' | 'outcome', text: unknown): string | null {
  try {
    const value = JSON.parse(String(text))
    if (column === 'changes') decodePatch(value)
    return null
  } catch (error) {
    return (error as Error).message
  }
}

/** What is wrong between the log and what the room has kept of its clients. */
export function checkClients(driver: Driver, floor: number): string[] {
  const rows = driver
    .prepare(
      `SELECT log.clientID, max(log.version) AS version, log.mutationID, log.seed, client.lastVersion, client.lastMutationID, client.lastSeed
       FROM _savepoint_log AS log LEFT JOIN _savepoint_clients AS client ON client.clientID = log.clientID
       WHERE log.version > ? GROUP BY log.clientID`,
    )
    .all([floor])
  return rows
    .filter(
      ({ version, mutationID, seed, lastVersion, lastMutationID, lastSeed }) =>
        version !== lastVersion || mutationID !== lastMutationID || seed !== lastSeed,
    )
    .map(({ clientID, version, mutationID, lastVersion, lastMutationID }) =>
      lastVersion === null
        ? `The client ${clientID} is in the log, and the room has no record of it.`
        : `The client ${clientID} is at mutation ${lastMutationID} (version ${lastVersion}), and the log has its mutation ${mutationID} (version ${version}) last.`,
    )
}
