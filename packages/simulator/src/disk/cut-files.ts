import type { Random } from '../random.ts'
import { SECTOR_BYTES } from './virtual-file.ts'

/** SQLite flushes a log's header before any frame that goes by it. */
const LOG_HEADER_BYTES = 32

/** A database in WAL mode, as bytes. */
export interface CutFiles {
  readonly database: Uint8Array
  readonly log: Uint8Array
}

/** What is found if the process ended while the statement ran that made `after` of `before`. */
export function cutFiles(before: CutFiles, after: CutFiles, power: boolean, random: Random): CutFiles {
  const isLogged = after.log.length > 0 && after.log.length >= before.log.length
  // What goes into the database comes from the log, and after the log's flush: either that had happened, or all is in the log.
  const isFlushed = !sameBytes(before.database, after.database) && random.chance(0.5)
  if (!isLogged) return isFlushed ? after : before
  return isFlushed ? after : { database: before.database, log: tornLog(before.log, after.log, power, random) }
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && firstDifference(a, b) === a.length
}

/**
 * A write-ahead log as it may be found if the statement that made `after` of `before` was cut short: by the end of the process, at
 * some byte; by a loss of power, in any of the sectors that it had written.
 */
function tornLog(before: Uint8Array, after: Uint8Array, power: boolean, random: Random): Uint8Array {
  const from = firstDifference(before, after)
  const to = lastDifference(before, after)
  const log = after.slice()
  if (!power) {
    const cut = random.pick([Math.min(from, to), random.int(Math.min(from, to), to), to])
    return putBack(log, before, cut, to).subarray(0, Math.max(cut, Math.min(before.length, after.length)))
  }
  const keptShare = random.pick([0, 1, random.next(), random.next()])
  let size = Math.min(before.length, after.length)
  for (let at = Math.max(from, LOG_HEADER_BYTES); at < to; ) {
    const end = Math.min(to, (Math.floor(at / SECTOR_BYTES) + 1) * SECTOR_BYTES)
    if (random.chance(keptShare)) size = Math.max(size, end)
    else putBack(log, before, at, end)
    at = end
  }
  return log.subarray(0, Math.max(size, Math.min(LOG_HEADER_BYTES, after.length)))
}

/** What was there before, and zeros where nothing was. */
function putBack(log: Uint8Array, before: Uint8Array, from: number, to: number): Uint8Array {
  log.fill(0, from, to)
  log.set(before.subarray(from, to), from)
  return log
}

function firstDifference(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length)
  for (let i = 0; i < shared; i++) if (a[i] !== b[i]) return i
  return shared
}

/** The end of what was written. A log is not shortened while it is in use. */
function lastDifference(before: Uint8Array, after: Uint8Array): number {
  if (after.length > before.length) return after.length
  for (let i = after.length; i > 0; i--) if (before[i - 1] !== after[i - 1]) return i
  return 0
}
