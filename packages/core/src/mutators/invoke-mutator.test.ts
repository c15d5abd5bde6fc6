import type { StandardSchemaV1 } from '@standard-schema/spec'
import { describe, expect, test } from 'vitest'
import { decodeData, encodeData } from '../data/encode-data.ts'
import { defineMutators, mutator } from './define-mutators.ts'
import { invokeMutator } from './invoke-mutator.ts'
import type { Tx } from './tx.ts'

/** No mutator here touches the database. */
const tx = {} as Tx

const positive: StandardSchemaV1<string, number> = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: (value) =>
      Number(value) > 0 ? { value: Number(value) } : { issues: [{ message: 'must be positive', path: ['amount', { key: 0 }] }] },
  },
}
const asynchronous: StandardSchemaV1<string> = {
  '~standard': { version: 1, vendor: 'test', validate: () => Promise.reject(new Error('late')) },
}

const mutators = defineMutators({
  echo: (_tx, args: unknown) => args,
  nothing() {},
  double: mutator(positive, (_tx, amount) => amount * 2),
  later: mutator(asynchronous, () => 1),
  promise: () => Promise.reject(new Error('never seen')),
  bad: () => /x/,
})

const invoke = (name: string, args: unknown) => decodeData(invokeMutator(mutators, name, encodeData(args), tx))

test('arguments go in and the value comes out, with their types', () => {
  expect(invoke('echo', { at: new Date(3) })).toStrictEqual({ at: new Date(3) })
  expect(invoke('nothing', undefined)).toBeUndefined()
})

test('a schema turns input into what the mutator gets', () => {
  expect(invoke('double', '21')).toBe(42)
})

describe('a call that does not fit says why', () => {
  test.each([
    ['nope', 1, 'unknown-mutator', /no mutator "nope"/],
    ['constructor', 1, 'unknown-mutator', /no mutator "constructor"/],
    ['double', '-1', 'invalid-args', /amount\.0: must be positive/],
    ['later', '1', 'invalid-args', /must be synchronous/],
    ['promise', undefined, 'async-mutator', /returned a promise/],
    ['bad', undefined, 'invalid-result', /RegExp/],
  ])('%s(%s)', (name, args, code, message) => {
    expect(() => invoke(name, args)).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) }))
  })
})

describe('defineMutators refuses', () => {
  test('what is no function', () => {
    expect(() => defineMutators({ x: 3 as never })).toThrow(/"x" must be a function/)
  })

  test('a name that the wire does not carry', () => {
    expect(() => defineMutators({ '': () => 1 })).toThrow(/1 to 256 characters/)
    expect(() => defineMutators({ ['x'.repeat(257)]: () => 1 })).toThrow(/1 to 256 characters/)
  })

  test('a name that would make a promise of client.mutate', () => {
    expect(() => defineMutators({ ['then' as string]: () => 1 })).toThrow(/"then" cannot be a name/)
  })

  test('an async function', () => {
    expect(() => defineMutators({ x: async () => 1 })).toThrow(/"x" is async/)
  })
})
