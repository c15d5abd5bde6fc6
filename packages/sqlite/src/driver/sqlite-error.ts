/**
 * An error that SQLite reported, the same on every engine. `code` is the extended result code's name where the engine
 * tells it (`SQLITE_CONSTRAINT_UNIQUE`), else the primary one's (`SQLITE_CONSTRAINT`).
 */
export class SqliteError extends Error {
  override readonly name = 'SqliteError'
  readonly code: string
  constructor(code: string, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
  }
}
