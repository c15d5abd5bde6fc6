import { expect, test } from 'vitest'
import type { Batch, BatchResult } from './batch.ts'
import { runBatches } from './run-batches.ts'

test('batches are run in processes, and what breaks one off is told without an end to the others', async () => {
  const options = { clients: 2, mutations: 5, durationMs: 1000, faults: false } as const
  const batches: Batch[] = [
    { app: 'none', seed: 'a', runs: 1, options },
    { app: 'todos', seed: 'b', runs: 2, options },
    { app: 'demo', seed: 'c', runs: 2, options },
  ]
  const left = [...batches]
  const results = new Map<string, BatchResult>()
  await runBatches(
    () => left.shift(),
    (result, batch) => results.set(batch.app, result),
  )
  expect(results.get('none')?.failure).toMatchObject({ checker: 'error', message: expect.stringContaining('There is no app "none"') })
  expect(results.get('todos')).toMatchObject({ runs: 2 })
  expect(results.get('demo')).toMatchObject({ runs: 2, faults: [] })
})
