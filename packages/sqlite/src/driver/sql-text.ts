/** Of a named parameter. */
const PREFIX = /[:@$#]/
const BLANK = /[ \t\n\f\r\v;]/
const KEEPS_SCHEMA = /^(?:select|insert|update|delete|replace|with|values|begin|savepoint|release|commit|end|explain)\b/i
const ID_START = /[A-Za-z_\u0080-\uffff]/
const ID_PART = /[A-Za-z0-9_$\u0080-\uffff]/

/**
 * The parameters of one statement, as SQLite numbers them: the name of each with its prefix (`:name`, `?2`), or null
 * for a bare `?`. For engines that do not tell.
 */
export function parameterNames(sql: string): (string | null)[] {
  const names: (string | null)[] = []
  let at = 0
  while (at < sql.length) {
    const end = tokenEnd(sql, at)
    const mark = sql.charAt(at)
    if (mark === '?' || (PREFIX.test(mark) && end > at + 1)) assign(names, sql.slice(at, end))
    at = end
  }
  return names
}

/** True if the text holds no statement: only white space, semicolons and comments. */
export function isBlankSql(sql: string): boolean {
  return skipBlank(sql) === ''
}

/**
 * False if running the statement cannot change the columns of a table. ROLLBACK can: it may take back an ALTER TABLE.
 */
export function mayChangeSchema(sql: string): boolean {
  return !KEEPS_SCHEMA.test(skipBlank(sql))
}

/** The statement that an EXPLAIN explains, or the statement itself. */
export function explained(sql: string): string {
  return skipBlank(sql).replace(/^explain(?:\s+query\s+plan)?\b/i, '')
}

function skipBlank(sql: string): string {
  let at = 0
  while (at < sql.length && (BLANK.test(sql.charAt(at)) || startsComment(sql, at))) at = tokenEnd(sql, at)
  return sql.slice(at)
}

function assign(names: (string | null)[], name: string): void {
  if (name === '?') {
    names.push(null)
    return
  }
  if (name.startsWith('?')) {
    const index = Number(name.slice(1))
    while (names.length < index) names.push(null)
    names[index - 1] ??= name
    return
  }
  if (!names.includes(name)) names.push(name)
}

function startsComment(sql: string, at: number): boolean {
  return sql.startsWith('--', at) || sql.startsWith('/*', at)
}

/** Where the token that starts at `at` ends, by SQLite's rules; an unterminated one ends with the text. */
function tokenEnd(sql: string, at: number): number {
  const mark = sql.charAt(at)
  if (mark === "'" || mark === '"' || mark === '`') return quotedEnd(sql, at, mark)
  if (mark === '[') return after(sql, ']', at + 1)
  if (startsComment(sql, at)) return mark === '-' ? after(sql, '\n', at) : after(sql, '*/', at + 2)
  if (mark === '?') return runEnd(sql, at + 1, /[0-9]/)
  if (PREFIX.test(mark)) return runEnd(sql, at + 1, ID_PART)
  if (ID_START.test(mark) || /[0-9]/.test(mark)) return runEnd(sql, at + 1, ID_PART)
  return at + 1
}

function quotedEnd(sql: string, at: number, quote: string): number {
  let end = after(sql, quote, at + 1)
  while (sql.charAt(end) === quote) end = after(sql, quote, end + 1)
  return end
}

function after(sql: string, mark: string, from: number): number {
  const found = sql.indexOf(mark, from)
  return found < 0 ? sql.length : found + mark.length
}

function runEnd(sql: string, from: number, part: RegExp): number {
  let end = from
  while (end < sql.length && part.test(sql.charAt(end))) end++
  return end
}
