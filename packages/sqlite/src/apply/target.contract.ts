import type { Patch } from '@savepoint/core'
import { expect } from 'vitest'
import type { Digest } from '../digest/digest.ts'
import { digestOf } from '../digest/digest-of.ts'
import type { Driver } from '../driver/driver.ts'
import { createSchema } from '../schema/create-schema.ts'
import { inspectSchema } from '../schema/inspect-schema.ts'
import type { SyncedTable } from '../schema/synced-table.ts'
import { PatchApplier } from './patch-applier.ts'

/** A database that patches are applied to. */
export class Target {
  readonly driver: Driver
  readonly tables: readonly SyncedTable[]
  applier: PatchApplier

  constructor(driver: Driver, schema: string, rows = '', derived: string[] = []) {
    createSchema(driver, schema)
    driver.exec(rows)
    this.driver = driver
    this.tables = inspectSchema(driver, { derived }).tables
    this.applier = new PatchApplier(driver, this.tables)
    driver.exec('PRAGMA foreign_keys = OFF')
  }

  /** Applies in a transaction, and checks that the digest's change is the true one. */
  apply(patch: Patch): Digest {
    const digest = digestOf(this.driver, this.tables)
    this.driver.exec('BEGIN')
    try {
      const delta = this.applier.apply(patch)
      this.driver.exec('COMMIT')
      digest.merge(delta)
      expect(digest.toString()).toBe(digestOf(this.driver, this.tables).toString())
      return delta
    } finally {
      if (this.driver.inTransaction) this.driver.exec('ROLLBACK')
    }
  }
}
