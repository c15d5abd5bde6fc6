import { type ConstraintDetail, type MutationFailure, MutationInvalid, MutationRejected } from '@savepoint/core'
import { SqliteError } from '../driver/sqlite-error.ts'
import { ForbiddenSqlError } from '../sql/forbidden-sql-error.ts'

const KINDS: { readonly [code: string]: ConstraintDetail['kind'] } = {
  SQLITE_CONSTRAINT_UNIQUE: 'unique',
  SQLITE_CONSTRAINT_PRIMARYKEY: 'primary-key',
  SQLITE_CONSTRAINT_ROWID: 'primary-key',
  SQLITE_CONSTRAINT_NOTNULL: 'not-null',
  SQLITE_CONSTRAINT_CHECK: 'check',
  SQLITE_CONSTRAINT_FOREIGNKEY: 'foreign-key',
  SQLITE_CONSTRAINT_TRIGGER: 'trigger',
  SQLITE_CONSTRAINT_DATATYPE: 'datatype',
}

/** What a mutator's error says to the one who called it. The caller has set storage failures aside before. */
export function failureOf(error: unknown): MutationFailure {
  if (error instanceof MutationRejected) return { reason: 'rejected', code: shorten(error.code), message: error.message }
  if (error instanceof MutationInvalid || error instanceof ForbiddenSqlError)
    return { reason: 'schema', code: error.code, message: error.message }
  if (error instanceof SqliteError) {
    const kind = kindOf(error)
    if (kind === undefined) return { reason: 'rejected', code: 'sql', message: error.message }
    return { reason: 'constraint', code: kind, message: error.message, constraint: constraintOf(kind, error.message) }
  }
  const { code, message } = error instanceof Error ? (error as Error & { code?: unknown }) : { code: undefined, message: String(error) }
  return { reason: 'rejected', code: typeof code === 'string' && code !== '' ? shorten(code) : 'error', message }
}

/** Capture refuses keys that cannot be synced by RAISE, in the words that SQLite has for a column's own constraints. */
function kindOf({ code, message }: SqliteError): ConstraintDetail['kind'] | undefined {
  if (message.startsWith('NOT NULL constraint failed: ')) return 'not-null'
  if (message.startsWith('CHECK constraint failed: ')) return 'check'
  return KINDS[code]
}

/** SQLite names what was broken only in its message: `UNIQUE constraint failed: t.a, t.b`. */
function constraintOf(kind: ConstraintDetail['kind'], message: string): ConstraintDetail {
  const named = /constraint failed: (.+)$/s.exec(message)?.[1]
  if (named === undefined) return { kind }
  if (kind === 'check') return { kind, name: named }
  const columns = named.split(', ').map((column) => column.split('.'))
  const table = columns[0]?.[0]
  if (table === undefined || columns.some((parts) => parts.length !== 2)) return { kind }
  return { kind, table, columns: columns.map((parts) => parts[1] as string) }
}

/** The wire carries codes as short texts. */
function shorten(code: string): string {
  return code.slice(0, 256)
}
