import { decodePatch, type Patch, type TablePatch } from '@savepoint/core'
import type { EmbeddedLog } from '../log/embedded-log.ts'
import { MergedChanges } from '../room/merge-entries.ts'
import type { RoomDatabase } from '../room/room-database.ts'

/** Rows that are told one by one. */
const ROWS_TOLD_MAX = 10

/**
 * Rows that are not as the log says: its net changes are applied once more to the content that they have led to, which must change
 * nothing. The database is as before afterwards.
 */
export function differingRows(database: RoomDatabase, log: EmbeddedLog, { from, to }: { from: number; to: number }): string[] {
  const keys = new Map([...database.synced.tables.map(({ name, pk }) => [name, pk] as const), ['sqlite_sequence', [0]]])
  const merged = new MergedChanges((table) => keys.get(table))
  for (let at = from; at < to; ) {
    const entries = log.read(at, to)
    const last = entries?.at(-1)
    // The log's own gaps are told by others.
    if (entries === null || last === undefined) break
    try {
      for (const { changes } of entries) merged.add(changes)
    } catch {
      return []
    }
    at = last.version
  }
  const differing: string[] = []
  database.writer.exec('PRAGMA foreign_keys = OFF')
  for (const part of decodePatch(JSON.parse(merged.toString()))) {
    if (changesNothing(database, [part])) continue
    for (const row of single(part)) {
      if (changesNothing(database, [row])) continue
      const [put] = row.puts
      const key = JSON.stringify(put === undefined ? row.deletes[0] : (keys.get(row.table) ?? []).map((i) => put[i]), plain)
      differing.push(
        put === undefined
          ? `${row.table}: the row ${key} is there, and the log deletes it.`
          : `${row.table}: the row ${key} is not as the log says.`,
      )
    }
  }
  database.writer.exec('PRAGMA foreign_keys = ON')
  const told = differing.slice(0, ROWS_TOLD_MAX)
  return differing.length > told.length ? [...told, `So are ${differing.length - told.length} other rows.`] : told
}

function changesNothing(database: RoomDatabase, patch: Patch): boolean {
  const before = database.digest
  database.begin()
  try {
    const delta = database.synced.apply(patch)
    return delta.toString() === '0000000000000000'
  } catch {
    // A row that is in the way of another is not where the log has it.
    return false
  } finally {
    database.rollBack(before)
  }
}

function* single({ table, puts, deletes }: TablePatch): Generator<TablePatch> {
  for (const row of puts) yield { table, puts: [row], deletes: [] }
  for (const key of deletes) yield { table, puts: [], deletes: [key] }
}

function plain(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value
}
