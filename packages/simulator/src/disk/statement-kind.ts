const SELECT = /^\s*SELECT\b/i
const READ = /^\s*(SELECT|PRAGMA|EXPLAIN)\b/i
const WRITE = /\b(INSERT|UPDATE|DELETE|REPLACE|CREATE|DROP|ALTER)\b/i
const COMMIT = /\b(COMMIT|END\s+TRANSACTION)\b/i

/** True of SQL that can only read: others may also end a transaction, which changes what is read. */
export function isSelect(sql: string): boolean {
  return SELECT.test(sql)
}

/** True of SQL that writes rows or the schema, and may be of more than one statement. */
export function isWrite(sql: string): boolean {
  return !READ.test(sql) && WRITE.test(sql)
}

export function isCommit(sql: string): boolean {
  return COMMIT.test(sql)
}
