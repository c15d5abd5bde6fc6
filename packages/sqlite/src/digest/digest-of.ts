import type { ExactValue } from '@savepoint/core'
import type { Driver } from '../driver/driver.ts'
import { quoteName } from '../schema/quote-name.ts'
import { SEQUENCE_TABLE, SequenceReader } from '../schema/sequences.ts'
import type { SyncedTable } from '../schema/synced-table.ts'
import { columnList } from '../schema/table-statements.ts'
import { Digest } from './digest.ts'

/** Rows read at a time, so that a large table does not have to fit in memory. */
const SCAN_ROWS_MAX = 1000

/** The digest of all that is synced in a database, by reading every row of it. */
export function digestOf(driver: Driver, tables: readonly SyncedTable[]): Digest {
  const digest = new Digest()
  for (const table of tables) scan(driver, table, digest)
  const sequences = SequenceReader.of(driver, tables)
  for (const [name, seq] of sequences?.read() ?? []) digest.add(SEQUENCE_TABLE, [name, seq])
  sequences?.close()
  return digest
}

function scan(driver: Driver, table: SyncedTable, digest: Digest): void {
  const key = table.pk.map((i) => quoteName(table.columns[i]?.name ?? '')).join(', ')
  const marks = table.pk.map(() => '?').join(', ')
  const from = `SELECT ${columnList(table)} FROM main.${quoteName(table.name)}`
  const order = `ORDER BY ${key} LIMIT ${SCAN_ROWS_MAX}`
  const first = driver.prepare(`${from} ${order}`)
  const next = driver.prepare(`${from} WHERE (${key}) > (${marks}) ${order}`)
  for (let rows = first.exact(); ; ) {
    for (const row of rows) digest.add(table.name, row)
    const last = rows.at(-1)
    if (last === undefined || rows.length < SCAN_ROWS_MAX) break
    rows = next.exact(table.pk.map((i) => last[i] as ExactValue))
  }
  first.finalize()
  next.finalize()
}
