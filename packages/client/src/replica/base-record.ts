import type { BasePosition } from '@savepoint/core'
import { Digest, type Driver } from '@savepoint/sqlite'

/** What the base on disk says of itself, in the same transaction as its content. */
export interface BaseRecord {
  readonly schemaHash: string
  /** Null until the first snapshot has been adopted. */
  readonly position: BasePosition | null
  readonly digest: Digest
  /** Whose `lastMutationID` this is: after a fork the client has another ID. */
  readonly clientID: string
  readonly lastMutationID: number
}

const TABLE = `CREATE TABLE IF NOT EXISTS _savepoint_base (
  only INTEGER PRIMARY KEY CHECK (only = 1), schemaHash TEXT NOT NULL, epoch TEXT, version INTEGER NOT NULL, digest TEXT NOT NULL,
  clientID TEXT NOT NULL, lastMutationID INTEGER NOT NULL
) STRICT`

/** The record, or undefined if the database is new or was made for another schema. */
export function readBaseRecord(driver: Driver): BaseRecord | undefined {
  const exists = driver.prepare(`SELECT 1 FROM sqlite_schema WHERE name = '_savepoint_base'`)
  try {
    if (exists.get() === undefined) return undefined
  } finally {
    exists.finalize()
  }
  const select = driver.prepare('SELECT * FROM _savepoint_base')
  try {
    const row = select.get()
    if (row === undefined) return undefined
    return {
      schemaHash: row.schemaHash as string,
      position: row.epoch === null ? null : { epoch: row.epoch as string, version: row.version as number },
      digest: Digest.parse(row.digest as string),
      clientID: row.clientID as string,
      lastMutationID: row.lastMutationID as number,
    }
  } finally {
    select.finalize()
  }
}

/** Prepares the writing of the record, inside whatever transaction is open then. */
export function baseRecordWriter(driver: Driver): (record: BaseRecord) => void {
  driver.exec(TABLE)
  const replace = driver.prepare('INSERT OR REPLACE INTO _savepoint_base VALUES (1, ?, ?, ?, ?, ?, ?)')
  return ({ schemaHash, position, digest, clientID, lastMutationID }) => {
    replace.run([schemaHash, position?.epoch ?? null, position?.version ?? 0, digest.toString(), clientID, lastMutationID])
  }
}
