import { nullableKeyColumns } from '../schema/check-tables.ts'
import { quoteName } from '../schema/quote-name.ts'
import type { SyncedTable } from '../schema/synced-table.ts'

export const CAPTURE_FUNCTION = '_savepoint_capture'
/** Asked with the table's index before a row is handed over, which costs more than the question. */
export const WATCH_FUNCTION = '_savepoint_watch'
export const TRIGGER_PREFIX = '_savepoint_capture_'

/** The first argument of a call: twice the table's index, plus what the others are; or MORE for a part of a row too wide for one call. */
const ROW = 0
export const ABSENT_KEY = 1
export const MORE = -1

/** Builds of SQLite take 127 arguments at least. */
const CALL_VALUES_MAX = 120

/** 2^62: nobody counts that far, so from here a counter does not come to the last key, 2^63 - 1. */
const AUTOINCREMENT_KEY_MAX = '4611686018427387904'

/**
 * The statements that make one table's capture triggers. They hand over rows that are about to change, and keys at which there is
 * no row yet. What is handed over first under a key must be the state from before the mutation, and so:
 * - Updates and deletes are told of BEFORE they happen. ON UPDATE CASCADE can write the very row that moves, and does so before its
 *   AFTER triggers fire.
 * - An update that names the key also tells what stands where the row goes, which OR REPLACE would take away. (It tells the old
 *   row again, as SQLite does not say which of two triggers fires first, and the order of changes should be the same everywhere.)
 * - Inserts are told of AFTER, when the key is known. Nothing can write the new row earlier: TEMP triggers fire before the app's own.
 */
export function captureTriggers(table: SyncedTable, index: number): string[] {
  const names = table.columns.map((column) => quoteName(column.name))
  const keys = table.pk.map((i) => names[i] as string)
  const on = `ON main.${quoteName(table.name)}`
  const rowOf = (alias: string) =>
    calls(
      2 * index + ROW,
      names.map((name) => `${alias}.${name}`),
    )
  const newKey = calls(
    2 * index + ABSENT_KEY,
    keys.map((name) => `NEW.${name}`),
  )
  const nullGuard = guard(
    nullableKeyColumns(table).map((name) => ({
      when: `NEW.${quoteName(name)} IS NULL`,
      raise: `NOT NULL constraint failed: ${table.name}.${name}`,
    })),
  )
  const endGuard = guard(endOfKeys(table))
  const there = `FROM main.${quoteName(table.name)} AS there WHERE ${keys.map((name) => `there.${name} = NEW.${name}`).join(' AND ')}`
  // `SET rowid = …` changes a key that is the rowid, without naming it.
  const keyNames = table.rowidAlias ? [...keys, 'rowid', '_rowid_', 'oid'] : keys
  const triggers: { name: string; event: string; body: string[] }[] = [
    { name: 'insert', event: `AFTER INSERT ${on}`, body: [...nullGuard, ...newKey] },
    { name: 'update', event: `BEFORE UPDATE ${on}`, body: rowOf('OLD') },
    {
      name: 'move',
      event: `BEFORE UPDATE OF ${keyNames.join(', ')} ${on}`,
      body: [...nullGuard, ...endGuard, ...rowOf('OLD'), ...rowOf('there').map((call) => `${call} ${there}`), ...newKey],
    },
    { name: 'delete', event: `BEFORE DELETE ${on}`, body: rowOf('OLD') },
  ]
  if (endGuard.length > 0) triggers.push({ name: 'end', event: `BEFORE INSERT ${on}`, body: endGuard })
  return triggers.map(
    ({ name, event, body }) =>
      `CREATE TEMP TRIGGER ${TRIGGER_PREFIX}${index}_${name} ${event} BEGIN ${body.map((sql) => `SELECT ${sql};`).join(' ')} END`,
  )
}

/** All parts but the last are marked MORE. */
function calls(code: number, values: readonly string[]): string[] {
  const parts: string[] = []
  for (let i = 0; i < values.length; i += CALL_VALUES_MAX) {
    const last = i + CALL_VALUES_MAX >= values.length
    const call = `${CAPTURE_FUNCTION}(${[last ? code : MORE, ...values.slice(i, i + CALL_VALUES_MAX)].join(', ')})`
    parts.push(`CASE WHEN ${WATCH_FUNCTION}(${code >> 1}) THEN ${call} END`)
  }
  return parts
}

/**
 * A failure is raised in SQL, not by the function, as only then does SQLite take the whole statement back. SQLite lets a key be
 * NULL where it is not declared NOT NULL; such a row has no identity, so writing it fails as NOT NULL does.
 */
function guard(conditions: readonly { readonly when: string; readonly raise: string }[]): string[] {
  if (conditions.length === 0) return []
  return [`CASE ${conditions.map(({ when, raise }) => `WHEN ${when} THEN RAISE(ABORT, '${raise.replaceAll("'", "''")}')`).join(' ')} END`]
}

/**
 * Once AUTOINCREMENT has come to the last of all keys, the next insert fails with SQLITE_FULL as if the disk were full, and
 * SQLite may roll the whole transaction back, with the mutations of others in it. So no row gets a key anywhere near. The
 * check stands before the insert, as OR IGNORE moves the counter also for a row that it then leaves out.
 */
function endOfKeys(table: SyncedTable): { when: string; raise: string }[] {
  const name = table.columns[table.pk[0] ?? -1]?.name
  if (!table.autoincrement || name === undefined) return []
  return [
    {
      when: `NEW.${quoteName(name)} > ${AUTOINCREMENT_KEY_MAX}`,
      raise: `CHECK constraint failed: ${table.name}.${name} <= ${AUTOINCREMENT_KEY_MAX}`,
    },
  ]
}
