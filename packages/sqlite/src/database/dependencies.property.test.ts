import type { Patch, SqlParams } from '@savepoint/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PatchApplier } from '../apply/patch-applier.ts'
import type { Driver } from '../driver/driver.ts'
import { journeyappsWaSqlite } from '../driver/engines.contract.ts'
import { queryOf, randomQuery, withoutConstraints } from '../replication/random-queries.contract.ts'
import { derivedTables, randomSchema, type SchemaShape, schemaSql } from '../replication/random-schema.contract.ts'
import { describeMutation, type MutationShape, randomMutation, type Step, writeSql } from '../replication/random-writes.contract.ts'
import { Replica } from '../replication/replica.contract.ts'
import { Dependencies } from './dependencies.ts'
import { foldName } from './keyed-rows.ts'
import { QueriesRead } from './query-reads.ts'
import { StatementsDepend, type StatementsRun } from './statement-dependencies.ts'

interface StatementRun {
  readonly sql: string
  readonly params: SqlParams
}

/** How often to run, and from which seed: `DEPENDENCIES_RUNS=5000 DEPENDENCIES_SEED=7 npx vitest run dependencies.property`. */
const RUNS = Number(process.env.DEPENDENCIES_RUNS ?? 300)
const SEED = process.env.DEPENDENCIES_SEED

/** A mutator as random as can be: it reads, and writes more if it has read anything. */
const small = randomMutation.map((mutation) => ({ ...mutation, steps: mutation.steps.slice(0, 1) }))
const program = fc.record({
  query: fc.option(randomQuery, { nil: undefined, freq: 2 }),
  always: fc.oneof({ weight: 3, arbitrary: small }, { weight: 1, arbitrary: randomMutation }),
  ifFound: small,
})
type Program = typeof program extends fc.Arbitrary<infer Shape> ? Shape : never

function withoutTriggers(schema: SchemaShape): SchemaShape {
  return { ...schema, tables: schema.tables.map((table) => ({ ...table, triggers: [], parent: undefined })) }
}

/** Runs it, and returns what it saw: results, how many rows were written, and errors. */
function runProgram(driver: Driver, schema: SchemaShape, { query, always, ifFound }: Program, ran: StatementRun[]): unknown[] {
  const seen: unknown[] = []
  const run = (sql: string, params: StatementRun['params'] = []) => {
    ran.push({ sql, params })
    const statement = driver.prepare(sql)
    try {
      seen.push(statement.columns.length > 0 ? statement.exact(params) : statement.run(params).changes)
    } catch (error) {
      seen.push((error as Error).message)
    } finally {
      statement.finalize()
    }
  }
  const steps = (list: readonly Step[]) => {
    for (const step of list) {
      if ('write' in step) run(writeSql(schema, step.write))
      else steps(step.nested)
    }
  }
  if (query !== undefined) {
    const { sql, params } = queryOf(schema, query)
    run(sql, params)
    if ((seen[0] as unknown[]).length > 0) steps(ifFound.steps)
  }
  steps(always.steps)
  return seen
}

const content = (driver: Driver): unknown[] => {
  const read = (sql: string) => {
    const statement = driver.prepare(sql)
    const rows = statement.exact()
    statement.finalize()
    return rows
  }
  const names = read(
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%' AND name NOT LIKE 'f%' ORDER BY name",
  )
  return names.map(([name]) => [
    name,
    read(`SELECT * FROM ${name}`)
      .map((row) => JSON.stringify(row, bigintText))
      .sort(),
  ])
}

const bigintText = (_: string, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value)

/** What `work` leaves and returns, undone. */
function tried<T>(driver: Driver, work: () => T): { result: T; after: unknown[] } {
  driver.exec('BEGIN')
  try {
    const result = work()
    return { result, after: content(driver) }
  } finally {
    driver.exec('ROLLBACK')
  }
}

/** False if a foreign key is in the way. */
function shownOnTop(applier: PatchApplier, patch: Patch, run: () => void): boolean {
  run()
  try {
    applier.apply(patch)
    return true
  } catch (error) {
    expect((error as Error).message).toBe('FOREIGN KEY constraint failed')
    return false
  }
}

const describe = (schema: SchemaShape, base: readonly MutationShape[], ran: readonly StatementRun[], patch: Patch) =>
  [
    schemaSql(schema, true),
    ...base.map((mutation) => describeMutation(schema, mutation)),
    '-- pending',
    ...ran.map(({ sql, params }) => `${sql} -- ${String(params)}`),
    `-- foreign: ${JSON.stringify(patch, bigintText)}`,
  ].join(';\n')

test('a patch that touches nothing that runs depend on leaves them as they were, be it before them or after', async () => {
  const told = { independent: 0, dependent: 0, onTop: 0 }
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(randomSchema, randomSchema.map(withoutTriggers), randomSchema.map(withoutConstraints).map(withoutTriggers)),
      fc.array(randomMutation, { minLength: 2, maxLength: 6 }),
      fc.array(program, { minLength: 1, maxLength: 2 }),
      fc.array(fc.array(small, { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 6 }),
      async (schema, base, programs, foreign) => {
        const [driver, elsewhere] = [await journeyappsWaSqlite.open(), await journeyappsWaSqlite.open()]
        try {
          const [replica, room] = [new Replica(driver, schema, true), new Replica(elsewhere, schema, true)]
          replica.apply(room.run(base))
          const tables = new Map(replica.tables.map((table) => [foldName(table.name), table]))
          const derived = new Set(derivedTables(schema))
          const applier = new PatchApplier(driver, replica.tables)
          const statementsDepend = new StatementsDepend(new QueriesRead(driver, replica.tables, derived), replica.tables)
          for (const mutations of foreign) {
            const patch = room.run(mutations)
            if (patch.length === 0) continue
            const ran: StatementRun[] = []
            const alone = tried(driver, () => programs.map((one) => runProgram(driver, schema, one, ran)))
            const noted: StatementsRun = []
            for (const { sql, params } of ran) statementsDepend.note(noted, sql, params)
            const dependencies = new Dependencies(tables)
            dependencies.add(noted)
            const isIndependent = !dependencies.include(patch)
            const again = () => programs.map((one) => runProgram(driver, schema, one, []))
            const onTop = isIndependent && applier.appliesOnTop(patch) ? tried(driver, () => shownOnTop(applier, patch, again)) : undefined
            replica.apply(patch)
            if (!isIndependent) told.dependent++
            else {
              told.independent++
              const below = tried(driver, again)
              const message = describe(schema, base, ran, patch)
              expect(below.result, message).toStrictEqual(alone.result)
              if (onTop?.result === true) {
                told.onTop++
                expect(onTop.after, message).toStrictEqual(below.after)
              }
            }
          }
          applier.close()
        } finally {
          driver.close()
          elsewhere.close()
        }
      },
    ),
    { numRuns: RUNS, ...(SEED === undefined ? {} : { seed: Number(SEED) }) },
  )
  // Else it would hold for want of patches that it speaks of.
  expect(told.dependent).toBeGreaterThan(RUNS / 2)
  expect(told.independent).toBeGreaterThan(RUNS / 20)
  expect(told.onTop).toBeGreaterThan(RUNS / 50)
}, 3_600_000)
