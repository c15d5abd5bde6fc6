import type { BindValue } from '@savepoint/core'
import fc from 'fast-check'
import { keyColumns, type SchemaShape, writableColumns } from './random-schema.contract.ts'

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
export function withoutConstraints(schema: SchemaShape): SchemaShape {
  const tables = schema.tables.map((table) => ({
    ...table,
    columns: table.columns.map(({ type }) => ({ type, constraint: '' as const })),
    index: '' as const,
    parent: undefined,
    triggers: table.triggers.filter((kind) => kind !== 'refuse' && !kind.startsWith('skip')),
  }))
  return { ...schema, tables }
}

/** A query of one table. */
interface Query {
  readonly sql: string
  readonly params: readonly BindValue[]
}

export const randomQuery = fc.record({ table: fc.nat(2), select: fc.nat(2), alias: fc.nat(2), where: condition })
type QueryShape = typeof randomQuery extends fc.Arbitrary<infer Shape> ? Shape : never

export function queryOf(schema: SchemaShape, { table, select, alias, where }: QueryShape): Query {
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
