import { defineMutators, defineSchema } from '@savepoint/core'
import { expect, test } from 'vitest'
import type { SimulatedApp } from '../app.ts'
import { MutatorHangs, Watchdog } from './watchdog.ts'

const app: SimulatedApp = {
  schema: defineSchema({ name: 'app', version: 1, sql: 'CREATE TABLE items (id INTEGER PRIMARY KEY)' }),
  mutators: defineMutators({
    quick: () => 'done',
    spin() {
      for (;;);
    },
  }),
  workload: {},
}

function run(watched: SimulatedApp, name: string): unknown {
  const definition = watched.mutators.definitions[name] as (tx: never, args: never) => unknown
  return definition(undefined as never, undefined as never)
}

test('a mutator without end is stopped and named; what ends is let alone, and life goes on', async () => {
  const watchdog = await Watchdog.start(300)
  watchdog.where = 'in a test'
  const watched = watchdog.watch(app)
  expect(await watchdog.guard(Promise.resolve(run(watched, 'quick')))).toBe('done')
  const hang = async () => {
    await new Promise((resolve) => setImmediate(resolve))
    return run(watched, 'spin')
  }
  const failure = await watchdog.guard(hang()).catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(MutatorHangs)
  expect((failure as Error).message).toMatch(/^The mutator "spin" was still running after 0.3 s, in a test\./)
  await watchdog.stop()
})
