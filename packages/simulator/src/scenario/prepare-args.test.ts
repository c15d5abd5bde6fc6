import { decodeData, defineMutators, defineSchema } from '@savepoint/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Read, type SimulatedApp, SKIP, type Workload } from '../app.ts'
import { prepareArgs } from './prepare-args.ts'
import { WorkloadError } from './workload-error.ts'

const schema = defineSchema({ name: 'shop', version: 1, sql: 'CREATE TABLE items (id TEXT PRIMARY KEY NOT NULL)' })
const mutators = defineMutators({
  add(tx, args: { id: string; count: number }) {
    tx.run('INSERT INTO items (id) VALUES (?)', [args.id + args.count])
  },
  clear(tx) {
    tx.run('DELETE FROM items')
  },
})
const app = (workload: Workload<typeof mutators.definitions>): SimulatedApp => ({ schema, mutators, workload }) as SimulatedApp
const nothing: Read = () => []

async function made(workload: Workload<typeof mutators.definitions>, seed = 's', ids = [1, 2, 3]): Promise<unknown[]> {
  const make = await prepareArgs(app(workload), seed)
  return ids.map((id) => {
    const args = make({ id, name: 'add' }, nothing)
    return args === SKIP ? SKIP : decodeData(args)
  })
}

describe('arguments depend on the seed and the action alone', () => {
  test.each<[string, Workload<typeof mutators.definitions>]>([
    ['a function', { add: (random) => ({ id: random.id(), count: random.int(0, 1000) }) }],
    ['a function with a weight', { add: { args: (random) => ({ id: random.id(), count: random.int(0, 1000) }), weight: 3 } }],
    ['an arbitrary', { add: fc.record({ id: fc.string({ minLength: 8 }), count: fc.nat() }) }],
    ['an arbitrary with a weight', { add: { args: fc.record({ id: fc.string({ minLength: 8 }), count: fc.nat() }), weight: 2 } }],
  ])('%s', async (_, workload) => {
    const first = await made(workload)
    expect(first[0]).toEqual({ id: expect.any(String), count: expect.any(Number) })
    expect(new Set(first.map((args) => JSON.stringify(args))).size).toBe(3)
    expect(await made(workload)).toEqual(first)
    expect(await made(workload, 's', [3, 1])).toEqual([first[2], first[0]])
    expect(await made(workload, 'other')).not.toEqual(first)
  })
})

test('calls of one draw make the same, if they read the same', async () => {
  const make = await prepareArgs(app({ add: (random) => ({ id: random.id(), count: 1 }) }), 's')
  expect(make({ id: 1, name: 'add', draw: 7 }, nothing)).toBe(make({ id: 2, name: 'add', draw: 7 }, nothing))
})

test('arguments that an action has are kept', async () => {
  const make = await prepareArgs(app({ add: () => SKIP }), 's')
  expect(make({ id: 1, name: 'add', args: '{"json":5}' }, nothing)).toBe('{"json":5}')
})

test('a mutator without arguments gets none', async () => {
  const make = await prepareArgs(app({ clear: {} }), 's')
  expect(make({ id: 1, name: 'clear' }, nothing)).toBe('')
})

test('a generator reads what its client has', async () => {
  const make = await prepareArgs(
    app({ add: (_, read) => ({ id: read<{ id: string }>('SELECT id FROM items')[0]?.id ?? '', count: 1 }) }),
    's',
  )
  const read = (() => [{ id: 'there' }]) as Read
  expect(decodeData(String(make({ id: 1, name: 'add' }, read)))).toEqual({ id: 'there', count: 1 })
})

test('SKIP calls nothing', async () => {
  expect(await made({ add: () => SKIP })).toEqual([SKIP, SKIP, SKIP])
})

describe('errors of the workload name the mutator, the seed and the action', () => {
  const failing = async (workload: Workload<typeof mutators.definitions>, name = 'add') => {
    const make = await prepareArgs(app(workload), 'seed-9')
    return () => make({ id: 4, name }, nothing)
  }

  test('a generator that throws', async () => {
    const call = await failing({
      add: () => {
        throw new RangeError('no rows yet')
      },
    })
    expect(call).toThrow(WorkloadError)
    expect(call).toThrow('The generator of "add" failed (seed "seed-9", action 4): no rows yet')
    expect(call).toThrow(expect.objectContaining({ cause: expect.any(RangeError) }))
  })

  test('an arbitrary that throws', async () => {
    const call = await failing({
      add: fc.nat().map((): { id: string; count: number } => {
        throw new Error('bad map')
      }),
    })
    expect(call).toThrow(/The generator of "add" failed \(seed "seed-9", action 4\): bad map/)
  })

  test('arguments that cannot be sent', async () => {
    const call = await failing({ add: () => ({ id: 'x', count: /1/ as unknown as number }) })
    expect(call).toThrow(/"add" made arguments that cannot be sent \(seed "seed-9", action 4\): value\.count is a RegExp/)
  })

  test('a generator that is async', async () => {
    const call = await failing({ add: (async () => ({ id: 'x', count: 1 })) as never })
    expect(call).toThrow(/value is a Promise/)
  })

  test('a mutator that the workload does not name', async () => {
    expect(await failing({}, 'clear')).toThrow(/does not say how "clear" is called/)
  })
})
