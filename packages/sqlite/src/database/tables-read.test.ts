import { defineMutators, defineSchema } from '@savepoint/core'
import { expect, test } from 'vitest'
import { betterSqlite3 } from '../driver/engines.contract.ts'
import { SyncedDatabase } from './synced-database.ts'

const schema = defineSchema({
  name: 'test',
  version: 1,
  sql: `CREATE TABLE Orders (id INTEGER PRIMARY KEY, who TEXT); CREATE TABLE lines (id INTEGER PRIMARY KEY, "order" INTEGER);
    CREATE VIEW busy AS SELECT who FROM orders JOIN lines ON lines."order" = orders.id; CREATE VIEW busiest AS SELECT * FROM busy;
    CREATE VIRTUAL TABLE search USING fts5(who)`,
})

test.each([
  ['SELECT * FROM orders', ['orders']],
  ['SELECT * FROM "ORDERS"', ['orders']],
  ["SELECT * FROM 'orders'", ['orders']],
  ["SELECT * FROM orders WHERE who = 'lines'", ['lines', 'orders']],
  ['SELECT 1 -- lines', []],
  ['SELECT (SELECT count(*) FROM [lines]) FROM `orders`', ['lines', 'orders']],
  ['WITH x AS (SELECT * FROM lines) SELECT * FROM x', ['lines']],
  ['SELECT * FROM busiest', ['lines', 'orders']],
  ['SELECT * FROM search', undefined],
  ['SELECT seq FROM sqlite_sequence', undefined],
  ['SELECT count(*) FROM pragma_foreign_key_check', undefined],
])('%s', async (sql, tables) => {
  const database = SyncedDatabase.open(await betterSqlite3.open(), schema, defineMutators({}))
  const read = database.readsOf(sql, []).tables
  expect(read && [...read].sort()).toEqual(tables)
})
