import type { ExactValue, Patch, SqlParams } from '@savepoint/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PatchApplier } from '../apply/patch-applier.ts'
import type { Driver } from '../driver/driver.ts'
import { journeyappsWaSqlite } from '../driver/engines.contract.ts'
import { inspectSchema } from '../schema/inspect-schema.ts'
import type { SyncedTable } from '../schema/synced-table.ts'
import { Dependencies } from './dependencies.ts'
import { QueriesRead } from './query-reads.ts'
import { StatementsDepend, type StatementsRun } from './statement-dependencies.ts'

/** How often to run, and from which seed: `DEPENDENCIES_RUNS=5000 DEPENDENCIES_SEED=7 npx vitest run dependencies-by-key`. */
const RUNS = Number(process.env.DEPENDENCIES_RUNS ?? 1000)
const SEED = process.env.DEPENDENCIES_SEED

const TABLES = [
  'CREATE TABLE t (a, id INTEGER PRIMARY KEY, b)',
  'CREATE TABLE t (a, id TEXT NOT NULL PRIMARY KEY, b)',
  'CREATE TABLE t (a, id TEXT NOT NULL PRIMARY KEY ON CONFLICT REPLACE, b CHECK (b IS NOT 3)) WITHOUT ROWID',
  'CREATE TABLE t (a, k INTEGER NOT NULL, b, id TEXT NOT NULL, PRIMARY KEY (k, id))',
]

const TABLES_WITH_UNIQUES = [
  'CREATE TABLE t (a, id TEXT NOT NULL PRIMARY KEY, b UNIQUE)',
  'CREATE TABLE t (a UNIQUE, id INTEGER NOT NULL PRIMARY KEY, b); CREATE UNIQUE INDEX u ON t (id, b)',
  'CREATE TABLE t (a, id TEXT NOT NULL PRIMARY KEY, b); CREATE UNIQUE INDEX u ON t (b) WHERE a IS NOT 2',
]

/** What mutators do to rows that they know by key: with the parameters k for a first key, j for another one, v and w. */
const STATEMENTS: ((key: string, k: string, j: string, where: string) => string)[] = [
  (_key, _k, _j, where) => `SELECT a, b FROM t WHERE ${where}`,
  (_key, _k, _j, where) => `UPDATE t SET a = :v WHERE ${where}`,
  (_key, _k, _j, where) => `UPDATE t SET b = :v WHERE ${where}`,
  (_key, _k, _j, where) => `UPDATE OR IGNORE t AS x SET (a, b) = (b, :v) WHERE ${where} AND a IS NOT 2 RETURNING a`,
  (_key, _k, _j, where) => `DELETE FROM t WHERE ${where} RETURNING a`,
  (key, k) => `INSERT INTO t (a, ${key}) VALUES (:v, ${k})`,
  (key, k) => `REPLACE INTO t (${key}, b) VALUES (${k}, :v)`,
  (key, k) =>
    `INSERT INTO t (${key}, b) VALUES (${k}, :v) ON CONFLICT (${key}) DO UPDATE SET b = excluded.b, a = b WHERE b IS NOT 2 RETURNING *`,
  (key, k) => `INSERT INTO t (${key}, b) VALUES (${k}, :w) ON CONFLICT DO NOTHING`,
  (key, k, j) => `INSERT OR IGNORE INTO t (${key}, a) VALUES (${k}, :v), (${j}, :w)`,
  // What follows cannot be told by key, or must not be.
  () => 'SELECT count(*), max(a) FROM t',
  (_key, _k, _j, where) => `UPDATE t SET id = :w WHERE ${where}`,
  (_key, _k, _j, where) => `UPDATE t SET a = (SELECT count(*) FROM t) WHERE ${where}`,
  () => 'UPDATE t SET a = b WHERE b = :v',
  (_key, _k, _j, where) => `DELETE FROM t WHERE ${where} OR a = :v`,
  (key, k) => `INSERT INTO t (${key}, b) VALUES (${k}, :v) ON CONFLICT (${key}) DO UPDATE SET id = :w`,
  (key, k) => `INSERT INTO t (${key}, b) SELECT ${k}, max(a) FROM t`,
  () => 'INSERT INTO t (a, id) VALUES (:v, NULL)',
]
const OF_ROWS = 10
const UPDATES = [1, 2, 3]

const keyNumber = fc.nat(7)
interface StatementShape {
  readonly form: number
  readonly k: number
  readonly j: number
  readonly v: ExactValue
  readonly w: ExactValue
}

/** One table, what it holds, what runs on it, and what comes from elsewhere. */
function worlds(tables: readonly string[], form: fc.Arbitrary<number>, value: fc.Arbitrary<ExactValue>) {
  const statement: fc.Arbitrary<StatementShape> = fc.record({ form, k: keyNumber, j: keyNumber, v: value, w: value })
  return fc.record({
    sql: fc.constantFrom(...tables),
    base: fc.array(fc.tuple(keyNumber, value, value), { maxLength: 6 }),
    shapes: fc.array(statement, { minLength: 1, maxLength: 3 }),
    foreign: fc.array(fc.tuple(keyNumber, fc.option(fc.tuple(value, value), { nil: undefined })), { minLength: 1, maxLength: 2 }),
  })
}

/** A key of this table, and how it reads in SQL. */
class KeyedTable {
  readonly facts: SyncedTable
  readonly #pk: readonly string[]

  constructor(facts: SyncedTable) {
    this.facts = facts
    this.#pk = facts.pk.map((i) => facts.columns[i]?.name ?? '')
  }

  key(n: number): ExactValue[] {
    const integer = this.facts.pk.length > 1 ? n % 2 : n
    return this.facts.pk.map((i) => (this.facts.columns[i]?.affinity === 'integer' ? integer : `k${n}`))
  }

  patch(rows: readonly { readonly n: number; readonly values: readonly ExactValue[] | undefined }[]): Patch {
    const last = new Map(rows.map((row) => [row.n, row.values]))
    const row = (n: number, values: readonly ExactValue[]) => {
      const [key, rest] = [this.key(n), [...values]]
      return this.facts.columns.map((_, i) => (this.facts.pk.includes(i) ? key[this.facts.pk.indexOf(i)] : rest.shift()) as ExactValue)
    }
    const puts = [...last].flatMap(([n, values]) => (values === undefined ? [] : [row(n, values)]))
    return [{ table: 't', puts, deletes: [...last].flatMap(([n, values]) => (values === undefined ? [this.key(n)] : [])) }]
  }

  statement({ form, k, j, v, w }: StatementShape): {
    readonly sql: string
    readonly params: SqlParams
  } {
    const list = (letter: string) => this.#pk.map((_, i) => `:${letter}${i}`).join(', ')
    const where = this.#pk.map((name, i) => `${name} = :k${i}`).join(' AND ')
    const sql = STATEMENTS[form]?.(this.#pk.join(', '), list('k'), list('j'), where) ?? ''
    const [first, other] = [this.key(k), this.key(j)]
    const given = { v, w, k0: first[0], k1: first[1], j0: other[0], j1: other[1] } as { readonly [name: string]: ExactValue }
    return { sql, params: Object.fromEntries(Object.entries(given).filter(([name]) => sql.includes(`:${name}`))) as SqlParams }
  }
}

/** False if the tables refuse the patch: then it comes from no database like this one. */
function fits(driver: Driver, applier: PatchApplier, patch: Patch): boolean {
  driver.exec('BEGIN')
  try {
    applier.apply(patch)
    return true
  } catch {
    return false
  } finally {
    driver.exec('ROLLBACK')
  }
}

/** What the statements saw and what they left, undone. */
function tried(driver: Driver, work: () => unknown): unknown {
  driver.exec('BEGIN')
  try {
    return { saw: work(), left: read(driver, 'SELECT * FROM t ORDER BY id') }
  } finally {
    driver.exec('ROLLBACK')
  }
}

function read(driver: Driver, sql: string, params: SqlParams = []): unknown {
  const statement = driver.prepare(sql)
  try {
    return statement.columns.length > 0 ? statement.exact(params) : statement.run(params).changes
  } catch (error) {
    return (error as Error).message
  } finally {
    statement.finalize()
  }
}

test.each([
  {
    what: 'any statement',
    world: worlds(
      TABLES,
      fc.oneof({ weight: 5, arbitrary: fc.nat(OF_ROWS - 1) }, { weight: 1, arbitrary: fc.nat(STATEMENTS.length - 1) }),
      fc.constantFrom<ExactValue>(1, 2, 3, 'x', null),
    ),
    // Most name one key or two of eight: were these not told apart, it would be none.
    independentMin: RUNS / 4,
  },
  {
    what: 'UPDATE where values are UNIQUE',
    // Few values, so that they meet.
    world: worlds(TABLES_WITH_UNIQUES, fc.constantFrom(...UPDATES), fc.constantFrom<ExactValue>(1, 2)),
    independentMin: RUNS / 50,
  },
])(
  'what statements do is decided by the rows that they name by key, and by no others where they are told apart: $what',
  async ({ world, independentMin }) => {
    const told = { independent: 0, dependent: 0 }
    await fc.assert(
      fc.asyncProperty(world, async ({ sql, base, shapes, foreign }) => {
        const driver = await journeyappsWaSqlite.open()
        try {
          driver.exec(sql)
          const { tables } = inspectSchema(driver, { derived: [] })
          const table = new KeyedTable(tables[0] as SyncedTable)
          const applier = new PatchApplier(driver, tables)
          const allowed = (values: readonly ExactValue[]) => values.map((one) => (one === 3 ? 4 : one))
          for (const [n, a, b] of base) {
            const patch = table.patch([{ n, values: allowed([a, b]) }])
            if (!fits(driver, applier, patch)) continue
            driver.exec('BEGIN')
            applier.apply(patch)
            driver.exec('COMMIT')
          }
          const statements = shapes.map((shape) => table.statement(shape))
          const run = () => statements.map(({ sql, params }) => read(driver, sql, params))
          const patch = table.patch(foreign.map(([n, values]) => ({ n, values: values && allowed(values) })))
          fc.pre(fits(driver, applier, patch))
          const statementsDepend = new StatementsDepend(new QueriesRead(driver, tables, new Set()), tables)
          const ran: StatementsRun = []
          for (const { sql, params } of statements) statementsDepend.note(ran, sql, params)
          const dependencies = new Dependencies(new Map([['t', table.facts]]))
          dependencies.add(ran)
          if (dependencies.include(patch)) told.dependent++
          else {
            told.independent++
            const message = [
              sql,
              ...statements.map(({ sql, params }) => `${sql} -- ${JSON.stringify(params)}`),
              JSON.stringify(patch),
            ].join('\n')
            const after = tried(driver, () => {
              const saw = run()
              applier.apply(patch)
              return saw
            })
            const before = tried(driver, () => {
              applier.apply(patch)
              return run()
            })
            expect(after, message).toStrictEqual(before)
          }
          applier.close()
        } finally {
          driver.close()
        }
      }),
      { numRuns: RUNS, ...(SEED === undefined ? {} : { seed: Number(SEED) }) },
    )
    expect(told.independent).toBeGreaterThan(independentMin)
    expect(told.dependent).toBeGreaterThan(RUNS / 4)
  },
  3_600_000,
)
