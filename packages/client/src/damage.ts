import { SqliteError, StorageFailure } from '@savepoint/sqlite'

/** A virtual table that calls itself corrupt was written by a mutation as its index does not expect: the file is whole. */
const DAMAGED = /^SQLITE_(CORRUPT(?!_VTAB)|NOTADB)/

/** True if the error says that a database's file is not as SQLite left it: no further try will read it. */
export function isDamage(error: unknown): error is SqliteError | StorageFailure {
  return (error instanceof SqliteError || error instanceof StorageFailure) && DAMAGED.test(error.code)
}
