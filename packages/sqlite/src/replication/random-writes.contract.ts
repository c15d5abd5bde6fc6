import fc from 'fast-check'
import { hasDerived, isRowidKey, keyColumns, type SchemaShape, type TableShape, writableColumns } from './random-schema.contract.ts'

const VALUES = [
  'NULL',
  '0',
  '1',
  '2',
  '3',
  '-1',
  '1.0',
  '2.5',
  '-0.0',
  '9223372036854775807',
  '-9007199254740993',
  '1e300',
  '9e999',
  "'a'",
  "'A'",
  "'b'",
  "'1'",
  "''",
  "x''",
  "x'00ff'",
  "x'61'",
  "CAST(x'610062' AS TEXT)",
  "'ß😀'",
  "'red fox'",
  "'blue frog fox'",
] as const
const KEY_VALUES = [
  '1',
  '2',
  '3',
  '4',
  'NULL',
  "'a'",
  "'A'",
  "'1'",
  '2.0',
  "x'61'",
  '7',
  '9007199254740993',
  "'long enough a key to be text'",
] as const
const POLICIES = ['', 'OR ABORT', 'OR FAIL', 'OR IGNORE', 'OR REPLACE'] as const

interface Write {
  readonly kind: 'insert' | 'insert' | 'upsert' | 'copy' | 'update' | 'update key' | 'update all' | 'delete' | 'delete all' | 'log'
  readonly table: number
  readonly policy: (typeof POLICIES)[number]
  readonly keys: readonly string[]
  readonly values: readonly string[]
  readonly column: number
}

/** A list of statements; what a nested savepoint takes back is one step. */
export type Step = { readonly write: Write } | { readonly nested: readonly Step[]; readonly undo: boolean }

export interface MutationShape {
  readonly steps: readonly Step[]
  /** True if the mutator throws in the end. */
  readonly throws: boolean
}

const write: fc.Arbitrary<Write> = fc.record({
  kind: fc.constantFrom(
    'insert',
    'insert',
    'insert',
    'upsert',
    'upsert',
    'copy',
    'update',
    'update',
    'update key',
    'update all',
    'delete',
    'delete all',
    'log',
  ),
  table: fc.nat(2),
  policy: fc.constantFrom(...POLICIES),
  keys: fc.array(fc.constantFrom(...KEY_VALUES), { minLength: 4, maxLength: 4 }),
  values: fc.array(fc.constantFrom(...VALUES), { minLength: 10, maxLength: 10 }),
  column: fc.nat(5),
})

const { step } = fc.letrec<{ step: Step }>((tie) => ({
  step: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    { weight: 6, arbitrary: write.map((w): Step => ({ write: w })) },
    { weight: 1, arbitrary: fc.record({ nested: fc.array(tie('step'), { maxLength: 3 }), undo: fc.boolean() }) },
  ),
}))

export const randomMutation: fc.Arbitrary<MutationShape> = fc.record({
  steps: fc.array(step, { minLength: 1, maxLength: 6 }),
  throws: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
})

/** The mutations as SQL, for the message of a failure. */
export function describeMutation(schema: SchemaShape, mutation: MutationShape): string {
  const describe = (step: Step): string[] =>
    'write' in step
      ? [writeSql(schema, step.write)]
      : ['SAVEPOINT nested', ...step.nested.flatMap(describe), ...(step.undo ? ['ROLLBACK TO nested'] : []), 'RELEASE nested']
  return [...mutation.steps.flatMap(describe), mutation.throws ? '-- throws' : '-- ends'].join(';\n')
}

/** OR FAIL is refused where there are derived tables: it stops between the triggers of one row. */
export function writeSql(schema: SchemaShape, write: Write): string {
  const w: Write = write.policy === 'OR FAIL' && hasDerived(schema) ? { ...write, policy: '' } : write
  if (w.kind === 'log') return `INSERT ${w.policy} INTO log (at, what) VALUES (${w.keys[0]}, ${w.values[0]}), (NULL, ${w.values[1]})`
  const number = w.table % schema.tables.length
  const shape = schema.tables[number] as TableShape
  const t = `t${number}`
  const key = keyColumns(shape)
  const columns = writableColumns(shape)
  const row = (shift: number) =>
    `(${columns.map((_, c) => (c < key.length ? keyAt(w, shape, c + shift) : valueAt(w, c + 3 * shift))).join(', ')})`
  const where = `WHERE ${key.map((name, c) => `${name} = ${keyAt(w, shape, c)}`).join(' AND ')}`
  const data = columns[key.length + (w.column % (columns.length - key.length))] as string
  const list = columns.join(', ')
  // SQLite 3.53 stores 0 where `excluded` of a REAL column says 0.0, but shows 0.0 to triggers and to indexes on expressions.
  const source = shape.columns[1]?.type === 'REAL' ? 'c0' : 'c1'
  switch (w.kind) {
    case 'insert':
      return `INSERT ${w.policy} INTO ${t} (${list}) VALUES ${row(0)}, ${row(1)}`
    case 'upsert':
      return `INSERT INTO ${t} (${list}) VALUES ${row(0)}, ${row(2)} ON CONFLICT (${key.join(', ')}) DO UPDATE SET ${data} = ${valueAt(w, 5)}, c0 = excluded.${source}`
    case 'copy':
      return `INSERT ${w.policy} INTO ${t} (${list}) SELECT ${columns.map((name, c) => (c === 0 ? `${name} + 10` : name)).join(', ')} FROM ${t} WHERE ${data} IS NOT ${valueAt(w, 0)}`
    case 'update':
      return `UPDATE ${w.policy} ${t} SET ${data} = ${valueAt(w, 0)}, c1 = ${valueAt(w, 1)} ${where}`
    case 'update key':
      return `UPDATE ${w.policy} ${t} SET ${key.map((name, c) => `${name} = ${keyAt(w, shape, c + 2)}`).join(', ')} ${w.column === 0 ? '' : where}`
    case 'update all':
      return `UPDATE ${w.policy} ${t} SET ${data} = ${w.column === 1 ? source : valueAt(w, 0)}${isRowidKey(shape) && w.column === 2 ? ', id = id + 1' : ''}`
    case 'delete':
      return `DELETE FROM ${t} ${where}`
    case 'delete all':
      return `DELETE FROM ${t}${w.column === 0 ? ` WHERE ${data} = ${valueAt(w, 0)}` : ''}`
  }
}

function valueAt(w: Write, i: number): string {
  return w.values[i % w.values.length] as string
}

/** Keys of several columns come from fewer values, so that they meet. */
function keyAt(w: Write, shape: TableShape, i: number): string {
  const value = w.keys[i % w.keys.length] as string
  return isRowidKey(shape) && !/^(\d+|NULL)$/.test(value) ? `${i + 1}` : value
}
