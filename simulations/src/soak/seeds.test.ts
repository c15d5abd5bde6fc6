import { expect, test } from 'vitest'
import { batchOf } from './batch.ts'
import { runBatches } from './run-batches.ts'
import { SoakRecord } from './soak-record.ts'

/** The same at each commit, so that one that fails is the commit's own doing; a soak looks elsewhere. */
const BASE = 'commit'
const BATCHES = 50
const RUNS = 20

test(`${BATCHES * RUNS} seeds of all apps, with all faults in them`, { timeout: 900_000 }, async () => {
  const record = new SoakRecord()
  let n = 0
  await runBatches(
    () => (n < BATCHES ? batchOf(BASE, n++, RUNS) : undefined),
    (result, batch) => record.add(result, batch),
  )
  expect(record.failures.map(({ app, message }) => `${app}: ${message}`).join('\n\n')).toBe('')
  expect(record.runs).toBe(BATCHES * RUNS)
  expect(record.missed).toEqual([])
})
