import { ConvergenceError, encodeScenario, expectConvergence, simulate } from '@savepoint/simulator'
import { APPS } from '../apps/apps.ts'
import type { Batch, BatchFailure, BatchResult } from './batch.ts'

/** Real time that cutting a failure down may take, in milliseconds. */
const SHRINK_MS = 40_000

/** A batch stops only at a failure: how long it may take is for its parent to say. */
const TIME_MS = 3_600_000

// Its parent is gone: nobody asks for more.
process.on('disconnect', () => process.exit())
process.on('message', (batch: Batch) => {
  run(batch).then((result) => process.send?.(result))
})

async function run(batch: Batch): Promise<BatchResult> {
  const { seed, runs, options } = batch
  try {
    const met = await expectConvergence({ ...appOf(batch), ...options, seed, runs, timeMs: TIME_MS, shrinkMs: SHRINK_MS })
    return { runs: met.runs, calls: met.calls, clientMs: met.clientMs, faults: [...met.faults] }
  } catch (error) {
    return { runs: 0, calls: 0, clientMs: 0, faults: [], failure: await failureOf(error, batch) }
  }
}

async function failureOf(error: unknown, batch: Batch): Promise<BatchFailure> {
  const { app } = batch
  if (error instanceof ConvergenceError) {
    const { failure, seed, message } = error
    return { app, seed, checker: failure.violation?.checker ?? 'none', message, scenario: encodeScenario(failure.scenario) }
  }
  return { app, ...(await findError(error, batch)), checker: 'error' }
}

/** The first seed of a batch whose run breaks off; or the error of all of them together. */
async function findError(thrown: unknown, batch: Batch): Promise<{ readonly seed: string; readonly message: string }> {
  const { app, options, seed: base, runs } = batch
  const told = (seed: string, error: unknown) => ({
    seed,
    message: `Seed "${seed}" of ${app} in ${JSON.stringify(options)}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
  })
  for (let i = 1; i <= runs; i++) {
    const seed = `${base}/${i}`
    try {
      await simulate({ ...appOf(batch), ...options, seed })
    } catch (error) {
      return told(seed, error)
    }
  }
  return told(base, thrown)
}

function appOf({ app }: Batch): (typeof APPS)[string] {
  const found = APPS[app]
  if (found === undefined) throw new TypeError(`There is no app "${app}"`)
  return found
}
