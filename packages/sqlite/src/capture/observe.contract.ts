import type { RowChange } from '@savepoint/core'
import type { Driver } from '../driver/driver.ts'
import { createSchema } from '../schema/create-schema.ts'
import { inspectSchema } from '../schema/inspect-schema.ts'
import { Capture } from './capture.ts'

/** Makes a schema and its first rows, and a capture that does not see those. */
export function observe(driver: Driver, schema: string, rows = ''): Capture {
  createSchema(driver, schema)
  driver.exec(rows)
  return Capture.install(driver, inspectSchema(driver, { derived: [] }).tables)
}

/** The changes of one mutation that runs these statements. */
export function changesOf(driver: Driver, capture: Capture, statements: readonly string[]): RowChange[] {
  capture.begin()
  for (const sql of statements) driver.exec(sql)
  return capture.end()
}
