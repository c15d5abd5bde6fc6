import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Driver } from '../driver/driver.ts'
import { engines } from '../driver/engines.contract.ts'
import { createSchema } from '../schema/create-schema.ts'
import { inspectSchema } from '../schema/inspect-schema.ts'
import { Capture } from './capture.ts'

const DEFERRED = 'DEFERRABLE INITIALLY DEFERRED'

/** Each has a parent `p` and a child `c`, and columns that take the values below. */
const SCHEMAS: readonly (readonly [string, string])[] = [
  [
    'key of the parent',
    `CREATE TABLE p (id INTEGER PRIMARY KEY, u); CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER REFERENCES p ${DEFERRED})`,
  ],
  [
    'set null',
    `CREATE TABLE p (id INTEGER PRIMARY KEY, u); CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER REFERENCES p ON DELETE SET NULL ${DEFERRED})`,
  ],
  [
    'collation',
    `CREATE TABLE p (id TEXT COLLATE NOCASE PRIMARY KEY NOT NULL, u); CREATE TABLE c (id INTEGER PRIMARY KEY, p TEXT REFERENCES p ${DEFERRED})`,
  ],
  [
    'other number',
    `CREATE TABLE p (id INTEGER PRIMARY KEY, u); CREATE TABLE c (id INTEGER PRIMARY KEY, p NUMERIC REFERENCES p ${DEFERRED})`,
  ],
  ['no affinity', `CREATE TABLE p (id PRIMARY KEY NOT NULL, u); CREATE TABLE c (id INTEGER PRIMARY KEY, p REFERENCES p ${DEFERRED})`],
  [
    'UNIQUE',
    `CREATE TABLE p (id INTEGER PRIMARY KEY, u INTEGER UNIQUE); CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER REFERENCES p (u) ${DEFERRED})`,
  ],
]

describe.each(engines)('$name: deferred foreign keys', ({ open }) => {
  let driver: Driver
  let capture: Capture

  beforeEach(async () => {
    driver = await open()
    return () => driver.close()
  })

  function setUp(schema: string): void {
    createSchema(driver, schema)
    capture = Capture.install(driver, inspectSchema(driver, { derived: [] }).tables)
  }

  /** Runs one mutation and commits it; what SQLite says at COMMIT must be what the check said before. */
  function holds(...statements: string[]): boolean {
    driver.exec('BEGIN')
    capture.begin()
    for (const sql of statements) {
      try {
        driver.exec(sql)
      } catch {
        // A statement that fails alone is undone; the mutation goes on.
      }
    }
    const checked = succeeds(() => capture.end())
    const committed = succeeds(() => driver.exec('COMMIT'))
    if (!committed) {
      driver.exec('ROLLBACK')
      capture.discard()
    }
    expect(checked).toBe(committed)
    return committed
  }

  test('composite keys with NULL in them reference nothing', () => {
    setUp(
      `CREATE TABLE p (a, b, PRIMARY KEY (a, b)); CREATE TABLE c (id INTEGER PRIMARY KEY, x, y, FOREIGN KEY (y, x) REFERENCES p (b, a) ${DEFERRED})`,
    )
    expect(holds('INSERT INTO c VALUES (1, 1, 2)')).toBe(false)
    expect(holds('INSERT INTO c VALUES (1, 1, NULL)', 'INSERT INTO c VALUES (2, NULL, 2)')).toBe(true)
    expect(holds('INSERT INTO c VALUES (3, 1, 2)', 'INSERT INTO p VALUES (1, 2)')).toBe(true)
    expect(holds('UPDATE p SET a = 3')).toBe(false)
    expect(holds('UPDATE p SET a = 3', 'UPDATE c SET x = 3 WHERE id = 3')).toBe(true)
    expect(holds('DELETE FROM p', 'INSERT INTO p VALUES (3, 2)')).toBe(true)
    expect(holds('DELETE FROM p', 'INSERT INTO p VALUES (2, 3)')).toBe(false)
  })

  test('a table that references itself', () => {
    setUp(`CREATE TABLE t (id INTEGER PRIMARY KEY, up INTEGER REFERENCES t ${DEFERRED})`)
    expect(holds('INSERT INTO t VALUES (1, 1)')).toBe(true)
    expect(holds('INSERT INTO t VALUES (2, 3)')).toBe(false)
    expect(holds('INSERT INTO t VALUES (2, 3)', 'INSERT INTO t VALUES (3, 2)')).toBe(true)
    expect(holds('DELETE FROM t WHERE id = 2')).toBe(false)
    expect(holds('DELETE FROM t')).toBe(true)
  })

  test('the error is SQLite’s own', () => {
    setUp(`CREATE TABLE t (id INTEGER PRIMARY KEY, up INTEGER REFERENCES t ${DEFERRED})`)
    driver.exec('BEGIN')
    capture.begin()
    driver.exec('INSERT INTO t VALUES (1, 2)')
    expect(() => capture.end()).toThrow(
      expect.objectContaining({ code: 'SQLITE_CONSTRAINT_FOREIGNKEY', message: 'FOREIGN KEY constraint failed' }),
    )
    driver.exec('ROLLBACK')
  })

  const value = fc.constantFrom('1', '2', '3', 'NULL', "'1'", "'a'", "'A'", '2.0')
  const id = fc.constantFrom('1', '2', '3')
  const key = fc.constantFrom('1', '2', '3', "'a'", "'A'", '2.0')
  const statement = fc.oneof(
    fc.tuple(id, value).map(([i, v]) => `INSERT OR REPLACE INTO c (id, p) VALUES (${i}, ${v})`),
    fc.tuple(id, value).map(([i, v]) => `UPDATE c SET p = ${v} WHERE id = ${i}`),
    id.map((i) => `DELETE FROM c WHERE id = ${i}`),
    fc.tuple(key, key).map(([i, v]) => `INSERT OR REPLACE INTO p (id, u) VALUES (${i}, ${v})`),
    fc.tuple(key, key).map(([i, v]) => `UPDATE p SET id = ${v} WHERE id = ${i}`),
    fc.tuple(key, value).map(([i, v]) => `UPDATE p SET u = ${v} WHERE id = ${i}`),
    key.map((i) => `DELETE FROM p WHERE id = ${i}`),
  )

  test.each(SCHEMAS)('says what COMMIT would say: %s', (_, schema) => {
    setUp(schema)
    fc.assert(
      fc.property(fc.array(fc.array(statement, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 8 }), (mutations) => {
        driver.exec('PRAGMA foreign_keys = OFF; DELETE FROM c; DELETE FROM p; PRAGMA foreign_keys = ON')
        for (const statements of mutations) holds(...statements)
      }),
      { numRuns: 60 },
    )
  })
})

function succeeds(run: () => void): boolean {
  try {
    run()
    return true
  } catch {
    return false
  }
}
