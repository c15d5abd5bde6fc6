import { defineMutators, defineSchema, mutator } from '@savepoint/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkApp } from './check-app.ts'
import { EXAMPLE_APP } from './example-app.contract.ts'

const add = () => ({ id: 'x', stock: 1 })
const validated = (issues?: readonly { readonly message: string }[]) =>
  defineMutators({
    add: mutator(
      { '~standard': { version: 1 as const, vendor: 'test', validate: (value: unknown) => (issues ? { issues } : { value }) } },
      () => {},
    ),
  })
const later = (name: string, version: number, sql = 'CREATE TABLE t (id INTEGER PRIMARY KEY)') => ({
  schema: defineSchema({ name, version, sql }),
  mutators: EXAMPLE_APP.mutators,
})

describe('what can be simulated', () => {
  test.each<[string, unknown]>([
    ['an app', EXAMPLE_APP],
    ['with fast-check arbitraries', { ...EXAMPLE_APP, workload: { add: fc.record({}), sell: { args: fc.record({}) } } }],
    ['with a mutator whose schema takes nothing', { ...EXAMPLE_APP, mutators: validated(), workload: { add: {} } }],
    ['without later versions', { schema: EXAMPLE_APP.schema, mutators: EXAMPLE_APP.mutators, workload: { clear: {}, add: undefined } }],
    [
      'with new code for the same schema',
      { ...EXAMPLE_APP, laterVersions: [{ schema: EXAMPLE_APP.schema, mutators: EXAMPLE_APP.mutators }] },
    ],
  ])('%s', (_, app) => {
    expect(() => checkApp(app)).not.toThrow()
  })
})

describe('each error names the field and what is wrong', () => {
  test.each<[{ [field: string]: unknown }, string]>([
    [{ schema: undefined }, 'schema: undefined was not made by defineSchema'],
    [{ mutators: { add } }, 'mutators: {} was not made by defineMutators'],
    [{ mutators: defineMutators({}), workload: {} }, 'mutators: there is no mutator in them'],
    [{ serverMutators: { ad: add } }, 'serverMutators.ad: there is no mutator to stand in for "ad"; there are add, sell, clear'],
    [{ workload: undefined }, 'workload: undefined does not say how mutators are called'],
    [{ workload: {} }, 'workload: it names no mutator, so that nothing would be called'],
    [{ workload: { ad: add } }, 'workload.ad: there is no mutator "ad"; there are add, sell, clear'],
    [{ workload: { add: 5 } }, 'workload.add: 5 is neither a function, nor a fast-check arbitrary, nor { args, weight }'],
    [{ workload: { add: { args: 5 } } }, 'workload.add.args: 5 is neither a function nor a fast-check arbitrary'],
    [{ workload: { add: {} } }, 'workload.add: the mutator takes arguments, and nothing here makes them'],
    [
      { mutators: validated([{ message: 'no' }]), workload: { add: {} } },
      'workload.add: the mutator takes arguments, and nothing here makes them',
    ],
    [{ workload: { add: { args: add, weight: -1 } } }, 'workload.add.weight: -1 is negative'],
    [{ workload: { add: { args: add, weight: Number.NaN } } }, 'workload.add.weight: NaN is not a number'],
    [{ workload: { add: { args: add, wait: 1 } } }, 'workload.add.wait: there is no such field; there are args, weight'],
    [{ workload: { clear: { weight: 0 } } }, 'workload: every weight in it is 0, so that nothing would be called'],
    [{ authOf: 'alice' }, 'authOf: "alice" is not a function from a client\'s name to its auth'],
    [{ laterVersions: {} }, 'laterVersions: {} is not a list'],
    [{ laterVersions: [{ mutators: EXAMPLE_APP.mutators }] }, 'laterVersions[0].schema: undefined was not made by defineSchema'],
    [{ laterVersions: [{ schema: EXAMPLE_APP.schema }] }, 'laterVersions[0].mutators: undefined was not made by defineMutators'],
    [
      { laterVersions: [later('other', 2)] },
      'laterVersions[0].schema.name: "other" is another app than "shop"; all versions have one name',
    ],
    [
      { laterVersions: [later('shop', 2), later('shop', 2, 'CREATE TABLE u (id INTEGER PRIMARY KEY)')] },
      'laterVersions[1].schema.version: 2 is not above the 2 of the version before, and its schema is another',
    ],
    [{ workloads: {} }, 'workloads: there is no such field; there are schema, mutators, serverMutators, workload, laterVersions, authOf'],
  ])('%j', (fields, problem) => {
    expect(() => checkApp({ ...EXAMPLE_APP, ...fields })).toThrow(`This app cannot be simulated:\n  ${problem}`)
  })

  test('no app at all', () => {
    expect(() => checkApp(undefined)).toThrow(/The app to simulate is undefined; it must be an object with schema, mutators/)
  })
})
