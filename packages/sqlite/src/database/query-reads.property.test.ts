import { type BindValue, type ExactValue, type Patch, rowKey } from '@savepoint/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { journeyappsWaSqlite } from '../driver/engines.contract.ts'
import {
  derivedTables,
  keyColumns,
  randomSchema,
  type SchemaShape,
  schemaSql,
  writableColumns,
} from '../replication/random-schema.contract.ts'
import { describeMutation, randomMutation } from '../replication/random-writes.contract.ts'
import { Replica } from '../replication/replica.contract.ts'
import { QueriesRead } from './query-reads.ts'

/** How often to run, and from which seed: `READS_RUNS=5000 READS_SEED=7 npx vitest run query-reads.property`. */
const RUNS = Number(process.env.READS_RUNS ?? 100)
const SEED = process.env.READS_SEED
const QUERIES = 40

const COMMON: readonly BindValue[] = [1, 2, 3, 4, 'a', 'A', '1', 'b']
const VALUES: readonly BindValue[] = [...COMMON, ...COMMON, 7, 2n, 1.5, null, true, new Uint8Array([0x61]), '\ud800', 2 ** 53 + 2]
const LITERALS = ['1', '2', "'a'", "'1'", 'NULL', '2.0', '-1', "x'61'"]

/** A condition out of keys, other columns, values and whatever joins them, with brackets or without. */
interface Condition {
  readonly form: 'key' | 'keys' | 'column' | 'in' | 'and' | 'or' | 'not' | 'between' | 'case' | 'collate'
  readonly pick: readonly number[]
  readonly of: readonly Condition[]
  readonly brackets: boolean
}

const { condition } = fc.letrec<{ condition: Condition }>((tie) => {
  const make = (forms: readonly Condition['form'][], of: fc.Arbitrary<Condition[]>) =>
    fc.record({
      form: fc.constantFrom(...forms),
      pick: fc.array(fc.nat(99), { minLength: 6, maxLength: 6 }),
      of,
      brackets: fc.integer({ min: 0, max: 3 }).map((n) => n === 0),
    })
  return {
    condition: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      { weight: 3, arbitrary: make(['key', 'keys', 'keys', 'keys', 'column', 'in', 'collate'], fc.constant([])) },
      {
        weight: 2,
        arbitrary: make(
          ['and', 'and', 'and', 'and', 'or', 'not', 'between', 'case'],
          fc.array(tie('condition'), { minLength: 2, maxLength: 3 }),
        ),
      },
    ),
  }
})

/** So that more of what is written stays. */
function withoutConstraints(schema: SchemaShape): SchemaShape {
  const tables = schema.tables.map((table) => ({
    ...table,
    columns: table.columns.map(({ type }) => ({ type, constraint: '' as const })),
    index: '' as const,
    parent: undefined,
    triggers: table.triggers.filter((kind) => kind !== 'refuse' && !kind.startsWith('skip')),
  }))
  return { ...schema, tables }
}

interface Query {
  readonly sql: string
  readonly params: readonly BindValue[]
}

const query = fc.record({ table: fc.nat(2), select: fc.nat(2), alias: fc.nat(2), where: condition })
type QueryShape = typeof query extends fc.Arbitrary<infer Shape> ? Shape : never

function queryOf(schema: SchemaShape, { table, select, alias, where }: QueryShape): Query {
  const number = table % schema.tables.length
  const shape = schema.tables[number] as SchemaShape['tables'][number]
  const [keys, columns] = [keyColumns(shape), writableColumns(shape)]
  const params: BindValue[] = []
  const value = (n: number) => {
    if (n % 4 === 0) return LITERALS[n % LITERALS.length] as string
    params.push(VALUES[n % VALUES.length])
    return n % 4 === 1 ? `?${params.length}` : '?'
  }
  const equal = (column: string, n: number, side: number) => (side % 2 === 0 ? `${column} = ${value(n)}` : `${value(n)} = ${column}`)
  const sqlOf = ({ form, pick, of, brackets }: Condition): string => {
    const [a, b, c, d] = pick as [number, number, number, number]
    const parts = () => of.map(sqlOf)
    const first = () => sqlOf(of[0] as Condition)
    const text = {
      key: () => equal(keys[a % keys.length] as string, b, c),
      keys: () => keys.map((key, i) => equal(key, b + 3 * i, c)).join(' AND '),
      column: () => equal(columns[a % columns.length] as string, b, c),
      in: () => `${keys[a % keys.length]} IN (${value(b)}, ${value(c)})`,
      collate: () => `${keys[a % keys.length]} = ${value(b)} COLLATE NOCASE`,
      and: () => parts().join(' AND '),
      or: () => parts().join(' OR '),
      not: () => `NOT ${first()}`,
      between: () => `${columns[a % columns.length]} BETWEEN ${value(b)} AND ${first()}`,
      case: () => `CASE WHEN ${parts().join(' AND ')} THEN ${d % 2} ELSE 1 END`,
    }[form]()
    return brackets ? `(${text})` : text
  }
  const what = ['*', 'count(*), max(c0), group_concat(c1)', 'c1 AS id, c0'][select]
  const from = [`t${number}`, `"t${number}" AS x`, `T${number} x`][alias]
  return { sql: `SELECT ${what} FROM ${from} WHERE ${sqlOf(where)}${select === 2 ? ' ORDER BY 1, 2 LIMIT 3' : ''}`, params }
}

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
      fc.array(query, { minLength: QUERIES, maxLength: QUERIES }),
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
