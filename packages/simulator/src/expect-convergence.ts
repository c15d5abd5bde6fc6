import { relative } from 'node:path'
import type { MutatorDefinitions } from '@savepoint/core'
import { type ConvergenceOptions, readConvergenceOptions } from './convergence-options.ts'
import { ConvergenceError } from './stage/convergence-error.ts'
import { findFailure } from './stage/find-failure.ts'
import { neverConfirmed } from './stage/never-confirmed.ts'
import type { SeedsRun } from './stage/run-seeds.ts'
import { Stage } from './stage/stage.ts'

/** The seed that is to be run and no other, from the environment of the test. */
const SEED_VARIABLE = 'SAVEPOINT_SEED'

/**
 * Proves, as far as runs can, that an app's mutators converge: draws worlds with clients, slow lines and faults, runs the app in
 * them, and checks Savepoint's guarantees at each step.
 *
 * Of a failure it tells the least that still fails, event by event, and how to repeat it. With `SAVEPOINT_SEED` in the
 * environment, only that seed is run.
 *
 * @returns what was met, for a test that wants to be sure that it was enough: `isCutShort` tells that `timeMs` was
 * @throws (rejects) ConvergenceError if a guarantee did not hold; TypeError if an option is wrong; WorkloadError if a generator
 * fails, or no call of a mutator comes through; MutatorHangs; OutOfBounds if not even one run came to its end in time
 * @example
 * test('our mutators converge', async () => {
 *   await expectConvergence({ schema, mutators, workload: { addItem: (random) => ({ title: random.id() }) } })
 * })
 */
export async function expectConvergence<D extends MutatorDefinitions>(options: ConvergenceOptions<D>): Promise<SeedsRun> {
  const { app, search, checks } = readConvergenceOptions(options)
  const only = process.env[SEED_VARIABLE]
  const stage = await Stage.open(app, checks)
  try {
    const { met, failure } = await findFailure(stage, only === undefined || only === '' ? search : { ...search, only })
    if (failure === null) {
      const untested = neverConfirmed(met, app)
      if (untested !== null) throw untested
      return met
    }
    throw new ConvergenceError(failure.found, failure.failure, repeatOf(failure.found.scenario.seed, failure.saved))
  } finally {
    await stage.close()
  }
}

function repeatOf(seed: string, saved: string | undefined): string {
  const command = `${SEED_VARIABLE}='${seed}' and this test`
  return saved === undefined ? command : `run this test again, it begins with ${relative('.', saved)}; or ${command}`
}
