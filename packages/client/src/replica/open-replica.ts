import type { Mutators, Schema } from '@savepoint/core'
import { Digest, type Driver, SyncedDatabase } from '@savepoint/sqlite'
import { isDamage } from '../damage.ts'
import { baseRecordWriter, readBaseRecord } from './base-record.ts'
import { Replica, type ReplicaContext } from './replica.ts'

interface OpenOptions extends ReplicaContext {
  readonly open: () => Driver
  readonly schema: Schema
  readonly mutators: Mutators
  /** An error that was survived. */
  readonly report: (error: unknown) => void
}

/** Opens the replica on a base, or undefined if that is of no use: made for another schema, half made, or damaged. */
export function openReplica({ open, schema, mutators, report, ...context }: OpenOptions): Replica | undefined {
  let driver: Driver | undefined
  try {
    driver = open()
    if (!isForeign(driver, schema)) {
      const database = SyncedDatabase.open(driver, schema, mutators)
      sign(driver, schema, context.clientID)
      return new Replica(database, context)
    }
    driver.close()
    return undefined
  } catch (error) {
    driver?.close()
    if (!isDamage(error)) throw error
    report(new Error('The file of the replica was damaged. What is pending is kept, and the rest comes from the server.', { cause: error }))
    return undefined
  }
}

/** Has a new base say whose it is, so that it is known again although nothing was written to it. */
function sign(driver: Driver, schema: Schema, clientID: string): void {
  if (readBaseRecord(driver) !== undefined) return
  baseRecordWriter(driver)({ schemaHash: schema.hash, position: null, digest: new Digest(), clientID, lastMutationID: 0 })
}

/** True if the database was made for another schema, or was left half made. */
function isForeign(driver: Driver, schema: Schema): boolean {
  const count = driver.prepare('SELECT count(*) FROM sqlite_schema')
  try {
    return count.exact()[0]?.[0] !== 0 && readBaseRecord(driver)?.schemaHash !== schema.hash
  } finally {
    count.finalize()
  }
}
