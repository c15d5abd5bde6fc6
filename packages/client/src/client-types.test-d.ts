import { defineMutators, mutator, type Tx } from '@savepoint/core'
import { describe, expectTypeOf, test } from 'vitest'
import type { Client, ConfirmedResult, LiveQuery, LocalResult } from './index.ts'

/** A Standard Schema that takes a text and gives a number. */
declare const digits: {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly validate: (value: unknown) => { readonly value: number }
    readonly types?: { readonly input: string; readonly output: number }
  }
}

const mutators = defineMutators({
  add(tx, args: { name: string; by?: number }) {
    return tx.run('UPDATE t SET n = n + ? WHERE name = ?', [args.by, args.name]).changes
  },
  clear(tx) {
    tx.run('DELETE FROM t')
  },
  parsed: mutator(digits, (_tx: Tx, n) => ({ double: n * 2 })),
})
declare const client: Client<(typeof mutators)['definitions']>

describe('calls', () => {
  test('are checked by name and arguments', () => {
    client.mutate.add({ name: 'Food' })
    client.mutate.add({ name: 'Food', by: 3 })
    client.mutate.clear()
    client.mutate.parsed('12')
    // @ts-expect-error there is no such mutator
    client.mutate.ad({ name: 'Food' })
    // @ts-expect-error an argument is missing
    client.mutate.add({ by: 3 })
    // @ts-expect-error an argument has another type
    client.mutate.add({ name: 'Food', by: '3' })
    // @ts-expect-error an argument is not known
    client.mutate.add({ name: 'Food', bye: 3 })
    // @ts-expect-error it takes arguments
    client.mutate.add()
    // @ts-expect-error it takes none
    client.mutate.clear({ name: 'Food' })
    // @ts-expect-error the call takes what goes into the schema, not what comes out
    client.mutate.parsed(12)
  })

  test('have handles of their result', () => {
    const handle = client.mutate.add({ name: 'Food' })
    expectTypeOf(handle.local).toEqualTypeOf<LocalResult<number>>()
    expectTypeOf(handle.durable).toEqualTypeOf<Promise<void>>()
    expectTypeOf<Awaited<typeof handle.confirmed>>().toEqualTypeOf<ConfirmedResult<number>>()
    expectTypeOf(handle.confirmed.unwrap()).toEqualTypeOf<Promise<number>>()
    expectTypeOf(client.mutate.parsed('1').confirmed.unwrap()).toEqualTypeOf<Promise<{ double: number }>>()
    expectTypeOf(client.mutate.clear().confirmed.unwrap()).toEqualTypeOf<Promise<void>>()
    expectTypeOf(handle.cancel()).toEqualTypeOf<boolean>()
    if (handle.local.ok) expectTypeOf(handle.local.value).toEqualTypeOf<number>()
    else expectTypeOf(handle.local.code).toEqualTypeOf<string>()
  })
})

test('rows have the type that is asked for', () => {
  interface Item {
    readonly name: string
  }
  expectTypeOf(client.query<Item>('SELECT name FROM t')).toEqualTypeOf<Promise<Item[]>>()
  const live = client.live<Item>('SELECT name FROM t WHERE n > :n', { n: 1 })
  expectTypeOf(live).toEqualTypeOf<LiveQuery<Item>>()
  expectTypeOf(live.rows).toEqualTypeOf<readonly Item[]>()
  // @ts-expect-error an object cannot be bound
  client.live('SELECT name FROM t WHERE n > ?', [{}])
})
