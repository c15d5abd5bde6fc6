import { loadWaSqlite } from '@savepoint/client/node'
import { defineSchema, Real } from '@savepoint/core'
import { openBetterSqlite3 } from '@savepoint/sqlite/better-sqlite3'
import { openWaSqlite } from '@savepoint/sqlite/wa-sqlite'
import { expect, test } from 'vitest'
import { contentDifference, describeDifference } from './content-difference.ts'
import { ReferenceDatabase } from './reference-database.ts'

const module = await loadWaSqlite()
const schema = defineSchema({
  name: 'values',
  version: 1,
  derived: ['totals'],
  sql: `
    CREATE TABLE loose (a TEXT, b, c REAL, d INTEGER, e TEXT AS (a || 'x'), PRIMARY KEY (d, a)) WITHOUT ROWID;
    CREATE TABLE tight (id INTEGER PRIMARY KEY, r REAL, i INTEGER, t TEXT, b BLOB, x ANY) STRICT;
    CREATE TABLE counted (id INTEGER PRIMARY KEY AUTOINCREMENT, "odd "" name" TEXT);
    CREATE TABLE totals (id INTEGER PRIMARY KEY, n);
    CREATE VIRTUAL TABLE found USING fts5 (t);`,
})

function open(): ReferenceDatabase[] {
  const onWa = (bytes: Uint8Array) => openWaSqlite(module, { bytes })
  const onBetter = (bytes: Uint8Array) => openBetterSqlite3(':memory:', { bytes })
  return [onBetter, onWa].map((open) => new ReferenceDatabase(schema, { open }))
}

const VALUES = [
  ...[null, 0, 1, -1, 2 ** 53, 9223372036854775807n, -9223372036854775808n],
  ...[new Real(0), new Real(1), 0.1 + 0.2, 1 / 3, 5e-324, 1.7976931348623157e308, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  ...['', 'a', '1', '1.0', 'null', '[1]', '["61"]', 'a\0b', 'a', 'line\nfeed\n\n', '"\\', '😀', '\u2028', "'"],
  ...[new Uint8Array(), Uint8Array.of(0), Uint8Array.of(0x61)],
]

test('a content is one text, exact and the same on both engines', () => {
  const texts = new Set<string>()
  for (const value of VALUES) {
    const found = open().map((reference) => {
      for (const [table, column] of [['tight (id, x)'], ['loose (d, a, b)', "1, 'a'"]] as const)
        reference.driver.prepare(`INSERT INTO ${table} VALUES (${column ?? 1}, ?)`).run([value])
      return reference.contents().join()
    })
    expect(found[0]).toBe(found[1])
    texts.add(found[0] as string)
  }
  expect(texts.size).toBe(new Set(VALUES).size)
})

test('rows come in the order of their keys; what is derived or computed is left out, and counters are not', () => {
  for (const reference of open()) {
    reference.driver.exec(`
      INSERT INTO loose (a, d) VALUES ('b', 2), ('a', 2), ('z', 1);
      INSERT INTO counted (id) VALUES (7);
      INSERT INTO totals (n) VALUES (1);
      INSERT INTO found (t) VALUES ('x');`)
    expect(reference.query.tables.map(({ name }) => name)).toEqual(['counted', 'loose', 'tight', 'sqlite_sequence'])
    expect(reference.contents()).toEqual(['[7,null]', '["z",null,null,1]\n["a",null,null,2]\n["b",null,null,2]', '', '["counted",7]'])
  }
})

test('the first difference is told by table, row and column', () => {
  const [one, other] = open() as [ReferenceDatabase, ReferenceDatabase]
  const say = () => {
    const difference = contentDifference(one.query, one.contents(), other.contents())
    return difference === null ? null : describeDifference(difference)
  }
  for (const { driver } of [one, other]) driver.exec("INSERT INTO loose (d, a, b) VALUES (1, 'a,]\"', 1)")
  expect(say()).toBeNull()
  other.driver.exec('UPDATE loose SET b = 1.0')
  expect(say()).toBe('loose: the row with d 1, a "a,]\\"" has b 1.0, expected 1')
  other.driver.exec('DELETE FROM loose')
  expect(say()).toBe('loose: the row with d 1, a "a,]\\"" is missing; it should be ["a,]\\"",1,null,1]')
  one.driver.exec('DELETE FROM loose')
  other.driver.exec("INSERT INTO tight (id, b) VALUES (9223372036854775807, x'01')")
  expect(say()).toBe(
    'tight: there is a row with id 9223372036854775807 that should not be there: [9223372036854775807,null,null,null,["01"],null]',
  )
})
