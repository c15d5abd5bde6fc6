import type { Client, MutationHandle, SavepointClient } from '@savepoint/client'
import * as untyped from '@savepoint/react'
import { createHooks } from '@savepoint/react'
import { describe, expectTypeOf, test } from 'vitest'
import type { Definitions, mutators } from '../client/shop.contract.ts'

const { SavepointProvider, useClient, useMutator, useQuery, useSuspenseQuery } = createHooks<typeof mutators>()
declare const client: Client<Definitions>
declare const coming: Promise<SavepointClient<Definitions>>
declare const other: Client<{ pay(tx: unknown, args: { amount: number }): void }>

describe('useMutator', () => {
  test('knows names, arguments and results', () => {
    const [add, state] = useMutator('add')
    expectTypeOf(add({ name: 'Milk' })).toEqualTypeOf<MutationHandle<number>>()
    expectTypeOf(useMutator('whereAmI')[0]().confirmed.unwrap()).resolves.toEqualTypeOf<'client' | 'server'>()
    // @ts-expect-error there is no such mutator
    useMutator('ad')
    // @ts-expect-error an argument is missing
    add({})
    // @ts-expect-error an argument has another type
    add({ name: 'Milk', by: '1' })
    // @ts-expect-error it takes none
    useMutator('throwsOnServer')[0](1)
    if (state.status === 'rejected') expectTypeOf(state.error.code).toEqualTypeOf<string>()
    // @ts-expect-error there may be no error
    else state.error.code
  })

  test('without an app takes any name', () => {
    const [call] = untyped.useMutator('add')
    expectTypeOf(call({ name: 'Milk' })).toEqualTypeOf<MutationHandle<unknown>>()
  })
})

test('queries have the rows that are asked for, or those of a builder', () => {
  const builder = { toSQL: () => ({ sql: 'SELECT 1', params: [] }), execute: async () => [{ id: 1 }] }
  expectTypeOf(useQuery<{ n: number }>('SELECT 1 AS n').rows).toEqualTypeOf<readonly { n: number }[]>()
  expectTypeOf(useQuery(builder).rows).toEqualTypeOf<readonly { id: number }[]>()
  expectTypeOf(useSuspenseQuery(builder).rows).toEqualTypeOf<readonly { id: number }[]>()
  // @ts-expect-error an object cannot be bound
  useQuery('SELECT ?', [{}])
})

test('the provider takes the client of these mutators, or one to come', () => {
  expectTypeOf(useClient()).toEqualTypeOf<SavepointClient<Definitions>>()
  void (<SavepointProvider client={client} />)
  void (<SavepointProvider client={coming} fallback="…" />)
  // @ts-expect-error it has other mutators
  void (<SavepointProvider client={other} />)
  void (<untyped.SavepointProvider client={client} />)
  void (<untyped.SavepointProvider client={coming} />)
})
