import { SqliteError } from './sqlite-error.ts'

/** What both drivers say when they are used wrongly, in the same words. */
export const misuse = {
  closed: () => new SqliteError('SQLITE_MISUSE', 'The database is closed.'),
  finalized: () => new SqliteError('SQLITE_MISUSE', 'The statement is finalized, or its database is closed.'),
  inFunction: () => new SqliteError('SQLITE_MISUSE', 'A function called from SQL may not use the database.'),
  noStatement: () => new SqliteError('SQLITE_MISUSE', 'The SQL text holds no statement.'),
  manyStatements: () => new SqliteError('SQLITE_MISUSE', 'The SQL text holds more than one statement: prepare each, or use exec.'),
  nul: () => new SqliteError('SQLITE_MISUSE', 'The SQL text holds a NUL character: bind such text as a parameter.'),
  serializeInTransaction: () => new SqliteError('SQLITE_MISUSE', 'serialize() cannot run inside a transaction: commit or roll back first.'),
}
