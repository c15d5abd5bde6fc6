import { BackupError } from './backup-error.ts'
import type { RoomCopy } from './read-backups.ts'

/** Up to where a room is to be restored: a version, or a time in milliseconds since 1970. */
export type RestorePoint = { readonly version: number } | { readonly time: number }

/** How a room gets to a point. */
export interface RestorePlan {
  readonly room: string
  readonly version: number
  /** What to start from; null is the empty room, at version 0. */
  readonly base: RoomCopy | null
  /** Whose log leads on to the version; null if the base is there. */
  readonly log: RoomCopy | null
}

/**
 * Finds the newest copy at or before a point, and the copy whose log leads from there to it.
 *
 * @param copies all copies of one room, from the oldest to the newest
 * @param point default: the newest copy
 * @param versionAt the last version that a copy's log has of a time or before, or null if all that it has is later
 * @throws BackupError `no-point` if nothing leads there
 */
export function planRestore(
  copies: readonly RoomCopy[],
  point: RestorePoint | undefined,
  versionAt: (copy: RoomCopy, time: number) => number | null,
): RestorePlan {
  const newest = copies.at(-1)
  if (newest === undefined) throw new BackupError('no-room', 'No backup has this room. Nothing was restored.')
  const { room } = newest
  if (point === undefined) return { room, version: newest.version, base: newest, log: null }
  if ('time' in point) return planTime(copies, point.time, versionAt)
  const own = copies.filter(({ epoch }) => epoch === newest.epoch)
  const log = own.find(({ version }) => version >= point.version)
  if (log === undefined) throw noPoint(room, `version ${point.version} is after the newest backup, which is at version ${newest.version}`)
  return planVersion(own, log, point.version)
}

function planTime(copies: readonly RoomCopy[], time: number, versionAt: (copy: RoomCopy, time: number) => number | null): RestorePlan {
  const log = copies.find(({ at }) => Date.parse(at) >= time)
  const newest = copies.at(-1) as RoomCopy
  if (log === undefined)
    throw noPoint(
      newest.room,
      `${iso(time)} is after the newest backup, of ${newest.at}. Make a backup now, which brings the log, and then restore`,
    )
  // Before a restore, the room had another history: it is that of the first copy after the time.
  const own = copies.filter(({ epoch }) => epoch === log.epoch)
  const version =
    versionAt(log, time) ?? (log.floor === 0 ? 0 : own.find((copy) => Date.parse(copy.at) <= time && copy.version === log.floor)?.version)
  if (version !== undefined) return planVersion(own, log, version)
  throw noPoint(log.room, `the log of the backup of ${log.at} begins after version ${log.floor}, which was later than ${iso(time)}`)
}

function planVersion(own: readonly RoomCopy[], log: RoomCopy, version: number): RestorePlan {
  const { room } = log
  const base = own.filter((copy) => copy.version <= version).at(-1) ?? null
  if (base?.version === version) return { room, version, base, log: null }
  if (log.floor <= (base?.version ?? 0)) return { room, version, base, log }
  const before = base === null ? 'there is no older backup' : `the backup before it is at version ${base.version}`
  throw noPoint(room, `the log of the backup of ${log.at} begins after version ${log.floor}, and ${before}`)
}

function noPoint(room: string, why: string): BackupError {
  return new BackupError('no-point', `The room "${room}" cannot be restored to this point: ${why}. Nothing was restored.`)
}

function iso(time: number): string {
  return new Date(time).toISOString()
}
