import { defineMutators, defineSchema } from '@savepoint/core'
import { expect, test } from 'vitest'
import { expectConvergence } from './expect-convergence.ts'
import { ConvergenceError } from './stage/convergence-error.ts'

const schema = defineSchema({
  name: 'todos',
  version: 1,
  sql: 'CREATE TABLE todos (id TEXT PRIMARY KEY, title TEXT NOT NULL, rank REAL NOT NULL DEFAULT 0, at INTEGER)',
})

const title = (random: { id(): string }) => ({ title: random.id() })

async function failureOf(promise: Promise<unknown>): Promise<ConvergenceError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(ConvergenceError)
  return error as ConvergenceError
}

test('mutators that converge do', async () => {
  const mutators = defineMutators({
    add(tx, args: { title: string }) {
      tx.run('INSERT INTO todos (id, title, at) VALUES (?, ?, ?)', [tx.id(), args.title, tx.now])
    },
    shuffle(tx) {
      tx.run('UPDATE todos SET rank = ?', [tx.random()])
    },
  })
  const met = await expectConvergence({ schema, mutators, workload: { add: title, shuffle: {} }, runs: 10, timeMs: 110_000 })
  expect(met.runs).toBe(10)
  expect(met.faults.size).toBeGreaterThan(10)
})

test('[G3] one that uses Math.random is found, named, and cut down', async () => {
  const mutators = defineMutators({
    add(tx, args: { title: string }) {
      tx.run('INSERT INTO todos (id, title, rank) VALUES (?, ?, ?)', [tx.id(), args.title, Math.random()])
    },
  })
  const error = await failureOf(expectConvergence({ schema, mutators, workload: { add: title } }))
  expect(error.message).toMatch(/"add".*Math\.random/s)
  expect(error.failure.scenario.actions).toHaveLength(1)
  expect(error.failure.scenario.clients).toHaveLength(1)
})

test('without checks it is only run', async () => {
  const mutators = defineMutators({
    add(tx, args: { title: string }) {
      tx.run('INSERT INTO todos (id, title, rank) VALUES (?, ?, ?)', [tx.id(), args.title, Math.random()])
    },
  })
  const met = await expectConvergence({ schema, mutators, workload: { add: title }, runs: 1, checks: false })
  expect(met.runs).toBe(1)
})
