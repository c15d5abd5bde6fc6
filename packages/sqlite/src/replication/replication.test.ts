import fc from 'fast-check'
import { expect, test } from 'vitest'
import { betterSqlite3, type Engine, journeyappsWaSqlite, plainWaSqlite } from '../driver/engines.contract.ts'
import { randomSchema, type SchemaShape, schemaSql } from './random-schema.contract.ts'
import { describeMutation, randomMutation } from './random-writes.contract.ts'
import { Replica } from './replica.contract.ts'

/** How often to run, and from which seed: `REPLICATION_RUNS=5000 REPLICATION_SEED=7 npx vitest run packages/sqlite/src/replication`. */
const RUNS = Number(process.env.REPLICATION_RUNS ?? 150)
const SEED = process.env.REPLICATION_SEED

const pairs: readonly (readonly [Engine, Engine, boolean, number])[] = [
  [betterSqlite3, journeyappsWaSqlite, true, RUNS],
  [betterSqlite3, plainWaSqlite, false, Math.ceil(RUNS / 3)],
]

test.each(pairs.map(([a, b, search, runs]) => ({ a, b, search, runs, names: `${a.name} and ${b.name}` })))(
  'whatever is written on one of $names, the other ends alike',
  async ({ a, b, search, runs }) => {
    const batch = fc.array(randomMutation, { minLength: 1, maxLength: 5 })
    await fc.assert(
      fc.asyncProperty(
        search ? randomSchema : randomSchema.map(withoutGenerated),
        fc.array(batch, { minLength: 1, maxLength: 6 }),
        async (schema, batches) => {
          const drivers = [await a.open(), await b.open()]
          try {
            const replicas = drivers.map((driver) => new Replica(driver, schema, search))
            for (const [i, mutations] of batches.entries()) {
              const [from, to] = (i % 2 === 0 ? replicas : replicas.toReversed()) as [Replica, Replica]
              to.apply(from.run(mutations))
              expect(to.content()).toStrictEqual(from.content())
            }
          } catch (error) {
            const written = batches.map(
              (mutations, i) =>
                `-- on ${i % 2 === 0 ? a.name : b.name}\n${mutations.map((mutation) => describeMutation(schema, mutation)).join('\n')}`,
            )
            throw new Error(`${(error as Error).message}\n${schemaSql(schema, search)};\n${written.join('\n')}`, { cause: error })
          } finally {
            for (const driver of drivers) driver.close()
          }
        },
      ),
      { numRuns: runs, ...(SEED === undefined ? {} : { seed: Number(SEED) }) },
    )
  },
  3_600_000,
)

/** SQLite 3.44 writes some numbers as other text than 3.53 does, so that generated columns differ. */
function withoutGenerated(schema: SchemaShape): SchemaShape {
  return { ...schema, tables: schema.tables.map((table) => ({ ...table, generated: '' })) }
}
