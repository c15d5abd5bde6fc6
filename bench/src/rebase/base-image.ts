import { SyncedDatabase } from '@savepoint/sqlite'
import { openBetterSqlite3 } from '@savepoint/sqlite/better-sqlite3'
import { countersMutators, countersSchema, FILL_SQL } from '../apps/counters.ts'

/** Bytes that a row of {@link baseImage} takes, with its index entry, about. */
const ROW_BYTES = 168

/** A database to rebase on. */
export interface BaseImage {
  readonly bytes: Uint8Array
  /** Its rows are named `counter-1` to `counter-<rows>`, with these ids. */
  readonly rows: number
  readonly digest: string
}

export const NOTE = 'x'.repeat(100)

/** A base of about this size, full of counters. */
export function baseImage(size: number): BaseImage {
  const rows = Math.round(size / ROW_BYTES)
  const driver = openBetterSqlite3(':memory:')
  try {
    const database = SyncedDatabase.open(driver, countersSchema, countersMutators)
    driver.prepare(FILL_SQL).run({ from: 1, to: rows, note: NOTE })
    return { bytes: driver.serialize(), rows, digest: database.scanDigest().toString() }
  } finally {
    driver.close()
  }
}

/** Whether the rows that pending mutations are about lie far apart or next to each other. */
export type Layout = 'all over' | 'side by side'

/** The row that the nth pending mutation is about; never the last row, which is the foreigner's. */
export function pendingRow(n: number, { rows }: BaseImage, layout: Layout): number {
  return 1 + ((layout === 'all over' ? n * 7919 : n % 1000) % (rows - 1))
}
