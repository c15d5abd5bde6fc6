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
  const nulls = nullableKeyColumns(table)
  return [
    trigger(table, index, 'INSERT', calls(3 * index + INSERTED, key), nullGuards(table, nulls, 'NEW')),
    trigger(table, index, 'UPDATE', calls(3 * index + UPDATED, [...key, ...old]), [...nullGuards(table, nulls, 'NEW'), ...nullGuards(table, nulls, 'OLD')]),
    trigger(table, index, 'DELETE', calls(3 * index + DELETED, old), nullGuards(table, nulls, 'OLD')),
  ]
}

function trigger(table: SyncedTable, index: number, event: string, body: readonly string[], guards: readonly string[]): string {
  const name = quoteName(`${TRIGGER_PREFIX}${index}_${event.toLowerCase()}`)
  const statements = body.map((call, i) => `SELECT ${i === 0 && guards.length > 0 ? `CASE ${guards.join(' ')} ELSE ${call} END` : call};`)
  return `CREATE TEMP TRIGGER ${name} AFTER ${event} ON main.${quoteName(table.name)} BEGIN ${statements.join(' ')} END`
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
function nullGuards(table: SyncedTable, columns: readonly string[], side: 'NEW' | 'OLD'): string[] {
  return columns.map((name) => {
    const message = `NOT NULL constraint failed: ${table.name}.${name}`.replaceAll("'", "''")
    return `WHEN ${side}.${quoteName(name)} IS NULL THEN RAISE(ABORT, '${message}')`
  })
}
