import { SqliteError } from '../driver/sqlite-error.ts'

/**
 * Result codes that speak of the disk, memory or the file, and not of the statement that met them. A virtual table calls
 * itself corrupt when a mutation has written what its index does not expect, and that is the mutation's doing.
 */
const STORAGE_CODES = /^SQLITE_(FULL|IOERR|NOMEM|CORRUPT(?!_VTAB)|NOTADB|READONLY|CANTOPEN|BUSY|LOCKED|PROTOCOL)(_|$)/

/**
 * The database could not be read or written: disk full, I/O error, out of memory, or the transaction was lost. It is no
 * fault of the mutation, so the caller rolls back whatever it was doing and tries again later.
 */
export class StorageFailure extends Error {
  override readonly name = 'StorageFailure'
  readonly code: string
  constructor(code: string, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
  }
}

/** The error as a {@link StorageFailure} if it is one, else undefined. */
export function storageFailureOf(error: unknown): StorageFailure | undefined {
  if (error instanceof StorageFailure) return error
  if (!(error instanceof SqliteError) || !STORAGE_CODES.test(error.code)) return undefined
  return new StorageFailure(error.code, `The database could not be used: ${error.message}`, { cause: error })
}
