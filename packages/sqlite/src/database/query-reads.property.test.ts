import { type ExactValue, type Patch, rowKey } from '@savepoint/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { journeyappsWaSqlite } from '../driver/engines.contract.ts'
import { queryOf, randomQuery, withoutConstraints } from '../replication/random-queries.contract.ts'
import { derivedTables, randomSchema, schemaSql } from '../replication/random-schema.contract.ts'
import { describeMutation, randomMutation } from '../replication/random-writes.contract.ts'
import { Replica } from '../replication/replica.contract.ts'
import { QueriesRead } from './query-reads.ts'

/** How often to run, and from which seed: `READS_RUNS=5000 READS_SEED=7 npx vitest run query-reads.property`. */
const RUNS = Number(process.env.READS_RUNS ?? 100)
const SEED = process.env.READS_SEED
const QUERIES = 40

/** The keys of all rows that a patch holds, by table. */
function keysOf(patch: Patch, replica: Replica): Map<string, Set<string | number>> {
  const pkOf = new Map(replica.tables.map(({ name, pk }) => [name, pk]))
  return new Map(
    patch.map(({ table, puts, deletes }) => [
      table,
      new Set([...deletes, ...puts.map((row) => (pkOf.get(table) ?? [0]).map((i) => row[i] as ExactValue))].map((pk) => rowKey(pk))),
    ]),
  )
}

test('a query that is said to read some rows only does not change unless one of them does', async () => {
  const told = { keyed: 0, spared: 0, changed: 0 }
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(randomSchema, randomSchema.map(withoutConstraints)),
      fc.array(randomQuery, { minLength: QUERIES, maxLength: QUERIES }),
      fc.array(randomMutation, { minLength: 6, maxLength: 12 }),
      async (schema, shapes, mutations) => {
        const driver = await journeyappsWaSqlite.open()
        try {
          const replica = new Replica(driver, schema, true)
          const reads = new QueriesRead(driver, replica.tables, new Set(derivedTables(schema)))
          const watched = shapes
            .map((shape) => queryOf(schema, shape))
            .flatMap(({ sql, params }) => {
              const { tables, keys } = reads.of(sql, params)
              const table = [...(tables ?? [])][0] ?? ''
              return keys === undefined ? [] : [{ sql, params, table, keys, statement: driver.prepare(sql), before: [] as unknown }]
            })
          told.keyed += watched.length
          for (const query of watched) query.before = query.statement.exact(query.params)
          for (const mutation of mutations) {
            const changed = keysOf(replica.run([mutation]), replica)
            for (const query of watched) {
              const after = query.statement.exact(query.params)
              const rows = changed.get(query.table)
              if (query.keys.some((key) => rows?.has(key))) told.changed++
              else {
                if (rows !== undefined) told.spared++
                const what = `${query.sql} -- ${String(query.params)}\n${schemaSql(schema, true)};\n${describeMutation(schema, mutation)}`
                expect(after, what).toStrictEqual(query.before)
              }
              query.before = after
            }
          }
        } finally {
          driver.close()
        }
      },
    ),
    { numRuns: RUNS, ...(SEED === undefined ? {} : { seed: Number(SEED) }) },
  )
  // Else it would hold for want of queries that it speaks of.
  for (const count of Object.values(told)) expect(count).toBeGreaterThan(RUNS)
}, 3_600_000)
