import type { StandardSchemaV1 } from '@standard-schema/spec'
import { describe, expectTypeOf, test } from 'vitest'
import { defineMutators, type MutatorArgs, type MutatorResult, mutator } from './define-mutators.ts'
import type { Tx } from './tx.ts'

declare const digits: StandardSchemaV1<string, number>

const mutators = defineMutators({
  add(tx, args: { name: string; by?: number }) {
    expectTypeOf(tx).toEqualTypeOf<Tx>()
    return tx.run('UPDATE t SET n = n + ? WHERE name = ?', [args.by, args.name]).changes
  },
  clear(tx) {
    tx.run('DELETE FROM t')
  },
  parsed: mutator(digits, (_tx, n) => {
    expectTypeOf(n).toEqualTypeOf<number>()
    return n > 1
  }),
  asAdmin(tx: Tx<{ admin: boolean }>, _args: { id: string }) {
    return tx.auth.admin
  },
  later: (_tx, _n: number) => Promise.resolve(1),
})
type Definitions = (typeof mutators)['definitions']

describe('calls and results are inferred', () => {
  test('arguments', () => {
    expectTypeOf<MutatorArgs<Definitions['add']>>().toEqualTypeOf<[args: { name: string; by?: number }]>()
    expectTypeOf<MutatorArgs<Definitions['clear']>>().toEqualTypeOf<[]>()
    expectTypeOf<MutatorArgs<Definitions['parsed']>>().toEqualTypeOf<[args: string]>()
    expectTypeOf<MutatorArgs<Definitions['asAdmin']>>().toEqualTypeOf<[_args: { id: string }]>()
  })

  test('results', () => {
    expectTypeOf<MutatorResult<Definitions['add']>>().toEqualTypeOf<number>()
    expectTypeOf<MutatorResult<Definitions['clear']>>().toEqualTypeOf<void>()
    expectTypeOf<MutatorResult<Definitions['parsed']>>().toEqualTypeOf<boolean>()
    expectTypeOf<MutatorResult<Definitions['asAdmin']>>().toEqualTypeOf<boolean>()
  })

  test('a promise is not a result', () => {
    expectTypeOf<MutatorResult<Definitions['later']>>().toEqualTypeOf<never>()
  })
})
