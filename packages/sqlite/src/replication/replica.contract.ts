import { decodePatch, type ExactValue, encodePatch, type Patch, type RowChange, rowKey } from '@savepoint/core'
import { expect } from 'vitest'
import { PatchApplier } from '../apply/patch-applier.ts'
import { patchOf } from '../apply/patch-of.ts'
import { Capture } from '../capture/capture.ts'
import { Digest } from '../digest/digest.ts'
import { digestOf } from '../digest/digest-of.ts'
import type { Driver } from '../driver/driver.ts'
import { createSchema } from '../schema/create-schema.ts'
import { inspectSchema } from '../schema/inspect-schema.ts'
import type { SyncedTable } from '../schema/synced-table.ts'
import { derivedTables, type SchemaShape, schemaSql } from './random-schema.contract.ts'
import { type MutationShape, type Step, writeSql } from './random-writes.contract.ts'

/** One database of a pair that must stay equal: mutations run in either, and patches carry their effects to the other. */
export class Replica {
  readonly driver: Driver
  readonly tables: readonly SyncedTable[]
  readonly #schema: SchemaShape
  readonly #capture: Capture
  readonly #applier: PatchApplier
  digest = new Digest()

  constructor(driver: Driver, schema: SchemaShape, search: boolean) {
    this.driver = driver
    this.#schema = schema
    createSchema(driver, schemaSql(schema, search))
    this.tables = inspectSchema(driver, { derived: derivedTables(schema) }).tables
    this.#capture = Capture.install(driver, this.tables)
    this.#applier = new PatchApplier(driver, this.tables, this.#capture)
  }

  /** Runs mutations in one transaction, as a room does, and returns their net patch. */
  run(mutations: readonly MutationShape[]): Patch {
    const changes: RowChange[] = []
    this.driver.exec('BEGIN')
    for (const mutation of mutations) {
      const own = this.#runOne(mutation)
      for (const change of own) this.digest.change(change)
      changes.push(...own)
    }
    this.driver.exec('COMMIT')
    const digest = new Digest()
    for (const change of changes) digest.change(change)
    const all = new Digest()
    for (const change of changes) all.change(change)
    expect(digest.toString(), 'merged changes change the digest alike').toBe(all.toString())
    return patchOf(changes)
  }

  /** Applies a patch that came over the wire. */
  apply(patch: Patch): void {
    const received = decodePatch(JSON.parse(JSON.stringify(encodePatch(patch))))
    const off = this.#applier.needsForeignKeysOff(received)
    this.driver.exec(off ? 'PRAGMA foreign_keys = OFF; BEGIN' : 'BEGIN')
    this.digest.merge(this.#applier.apply(received))
    this.driver.exec(off ? 'COMMIT; PRAGMA foreign_keys = ON' : 'COMMIT')
  }

  /** Everything that must be equal on both sides, and that it is sound in itself. */
  content(): unknown {
    const read = (sql: string) => this.driver.prepare(sql).exact()
    const names = read(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'f%' AND name NOT LIKE 'sqlite%' ORDER BY name",
    ).map(([name]) => name as string)
    const searches = read("SELECT name FROM sqlite_schema WHERE sql LIKE 'CREATE VIRTUAL%'").map(([name]) => name as string)
    for (const name of searches) this.driver.exec(`INSERT INTO ${name} (${name}, rank) VALUES ('integrity-check', 1)`)
    expect(digestOf(this.driver, this.tables).toString(), 'the digest kept up is the digest of the content').toBe(this.digest.toString())
    expect(read('PRAGMA integrity_check')).toStrictEqual([['ok']])
    return {
      digest: this.digest.toString(),
      // SQLite itself lets some violations pass that REPLACE makes; they must be the same ones.
      violations: read('PRAGMA foreign_key_check').length,
      tables: names.map((name) => [name, sorted(read(`SELECT * FROM ${name}`))]),
      sequences: names.includes('sqlite_sequence') ? sorted(read('SELECT name, seq FROM sqlite_sequence')) : [],
      searches: searches.map((name) => ['fox', 'red', 'a', '1'].map((word) => read(`SELECT rowid FROM ${name}('${word}') ORDER BY rowid`))),
      schema: read('SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY tbl_name, type, rowid'),
    }
  }

  #runOne(mutation: MutationShape): RowChange[] {
    this.#capture.begin()
    this.driver.exec('SAVEPOINT mutation')
    for (const step of mutation.steps) this.#runStep(step)
    let changes: RowChange[] | undefined
    try {
      if (!mutation.throws) changes = this.#capture.end()
    } catch (error) {
      expect((error as Error).message).toBe('FOREIGN KEY constraint failed')
    }
    if (changes === undefined) {
      this.driver.exec('ROLLBACK TO mutation')
      this.#capture.discard()
    }
    this.driver.exec('RELEASE mutation')
    return changes ?? []
  }

  #runStep(step: Step): void {
    if ('nested' in step) {
      this.driver.exec('SAVEPOINT nested')
      for (const inner of step.nested) this.#runStep(inner)
      this.driver.exec(step.undo ? 'ROLLBACK TO nested; RELEASE nested' : 'RELEASE nested')
      return
    }
    try {
      this.driver.exec(writeSql(this.#schema, step.write))
    } catch (error) {
      expect((error as Error).message).toMatch(
        /constraint failed|refused|datatype mismatch|ON CONFLICT|too many levels|string or blob too big/,
      )
    }
    expect(this.driver.inTransaction).toBe(true)
  }
}

function sorted(rows: ExactValue[][]): ExactValue[][] {
  return rows
    .map((row) => [String(rowKey(row)), row] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, row]) => row)
}
