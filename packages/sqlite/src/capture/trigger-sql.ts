import { nullableKeyColumns } from '../schema/check-tables.ts'
import { quoteName } from '../schema/quote-name.ts'
import type { SyncedTable } from '../schema/synced-table.ts'

export const CAPTURE_FUNCTION = '_savepoint_capture'
export const TRIGGER_PREFIX = '_savepoint_capture_'

/** The first argument of a call is `3 × the table's index + kind`, or MORE for a part of a row too wide for one call. */
export const INSERTED = 0
export const UPDATED = 1
export const DELETED = 2
export const MORE = -1

/** Builds of SQLite take 127 arguments at least. */
const CALL_VALUES_MAX = 120

/** 2^62: nobody counts that far, so from here a counter does not come to the last key, 2^63 - 1. */
const AUTOINCREMENT_KEY_MAX = '4611686018427387904'

/**
 * The statements that make one table's capture triggers. They hand over: for an insert the new key; for an update the new key
 * and the old row; for a delete the old row.
 *
 * TEMP triggers fire before the app's own AFTER triggers, so the first row seen under a key is the one from before the
 * mutation, also where a trigger writes the same row again.
 */
export function captureTriggers(table: SyncedTable, index: number): string[] {
  const names = table.columns.map((column) => quoteName(column.name))
  const key = table.pk.map((i) => `NEW.${names[i]}`)
  const old = names.map((name) => `OLD.${name}`)
  const end = endGuards(table)
  const triggers = [
    trigger(table, index, 'AFTER INSERT', calls(3 * index + INSERTED, key), nullGuards(table, 'NEW')),
    trigger(table, index, 'AFTER UPDATE', calls(3 * index + UPDATED, [...key, ...old]), [...nullGuards(table, 'NEW'), ...nullGuards(table, 'OLD'), ...end]),
    trigger(table, index, 'AFTER DELETE', calls(3 * index + DELETED, old), nullGuards(table, 'OLD')),
  ]
  return end.length === 0 ? triggers : [...triggers, trigger(table, index, 'BEFORE INSERT', ['NULL'], end)]
}

function trigger(table: SyncedTable, index: number, event: string, body: readonly string[], guards: readonly string[]): string {
  const name = quoteName(`${TRIGGER_PREFIX}${index}_${event.toLowerCase().replace(' ', '_')}`)
  const statements = body.map((value, i) => `SELECT ${i === 0 && guards.length > 0 ? `CASE ${guards.join(' ')} ELSE ${value} END` : value};`)
  return `CREATE TEMP TRIGGER ${name} ${event} ON main.${quoteName(table.name)} BEGIN ${statements.join(' ')} END`
}

/** All parts but the last are marked MORE. */
function calls(code: number, values: readonly string[]): string[] {
  const parts: string[] = []
  for (let i = 0; i < values.length; i += CALL_VALUES_MAX) {
    const last = i + CALL_VALUES_MAX >= values.length
    parts.push(`${CAPTURE_FUNCTION}(${[last ? code : MORE, ...values.slice(i, i + CALL_VALUES_MAX)].join(', ')})`)
  }
  return parts
}

/**
 * SQLite lets a key be NULL where it is not declared NOT NULL. Such a row has no identity, so writing it fails as NOT NULL does.
 * The failure is raised in SQL, not by the function, as only then does SQLite take the whole statement back.
 */
function nullGuards(table: SyncedTable, side: 'NEW' | 'OLD'): string[] {
  return nullableKeyColumns(table).map((name) => `WHEN ${side}.${quoteName(name)} IS NULL THEN ${raise(`NOT NULL constraint failed: ${table.name}.${name}`)}`)
}

/**
 * Once AUTOINCREMENT has come to the last of all keys, the next insert fails with SQLITE_FULL as if the disk were full, and
 * SQLite may roll the whole transaction back, with the mutations of others in it. So no row gets a key anywhere near. The
 * check stands before the insert, as OR IGNORE moves the counter also for a row that it then leaves out.
 */
function endGuards(table: SyncedTable): string[] {
  const name = table.columns[table.pk[0] ?? -1]?.name
  if (!table.autoincrement || name === undefined) return []
  const condition = `${table.name}.${name} <= ${AUTOINCREMENT_KEY_MAX}`
  return [`WHEN NEW.${quoteName(name)} > ${AUTOINCREMENT_KEY_MAX} THEN ${raise(`CHECK constraint failed: ${condition}`)}`]
}

function raise(message: string): string {
  return `RAISE(ABORT, '${message.replaceAll("'", "''")}')`
}
