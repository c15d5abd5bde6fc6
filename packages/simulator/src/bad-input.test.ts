import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineMutators, defineSchema } from '@savepoint/core'
import { expect, test, vi } from 'vitest'
import type { ConvergenceOptions } from './convergence-options.ts'
import { expectConvergence } from './expect-convergence.ts'
import { WorkloadError } from './scenario/workload-error.ts'
import { simulate } from './simulate.ts'
import { MutatorHangs } from './watchdog/watchdog.ts'
import { OutOfBounds } from './world/out-of-bounds.ts'

const schema = defineSchema({ name: 'shop', version: 1, sql: 'CREATE TABLE items (id TEXT PRIMARY KEY NOT NULL, name TEXT NOT NULL)' })
const mutators = defineMutators({
  add(tx, name: string) {
    tx.run('INSERT INTO items VALUES (?, ?)', [tx.id(), name])
  },
  remove(tx, id: string) {
    if (tx.run('DELETE FROM items WHERE id = ?', [id]).changes === 0) tx.reject('unknown', `There is no item ${id}`)
  },
  hang() {
    for (;;);
  },
})
const app = { schema, mutators, workload: { add: () => 'Tea' } }

async function errorOf(promise: Promise<unknown>): Promise<Error> {
  return await promise.then(
    () => expect.unreachable(),
    (error: Error) => error,
  )
}

test.each<[object, string]>([
  [
    { run: 5 },
    'There is no option "run". There are schema, mutators, serverMutators, workload, laterVersions, authOf, runs, seed, timeMs,',
  ],
  [{ runs: -1 }, 'runs: -1 is not a whole number of at least 1'],
  [{ runs: '5' }, 'runs: 5 is not a whole number of at least 1'],
  [{ timeMs: Number.NaN }, 'timeMs: NaN is not a time in milliseconds'],
  [{ shrinkMs: -1 }, 'shrinkMs: -1 is not a time in milliseconds'],
  [{ seed: {} }, 'seed: {} is neither a text nor a number'],
  [{ checks: 1 }, 'checks: 1 is neither true nor false'],
  [{ cases: 5 }, "cases: 5 is not a directory's path"],
  [{ clients: 0, mutations: 1.5 }, 'These options cannot be simulated:\n  clients: 0 is below 1\n  mutations: 1.5 is not a whole number'],
  [{ network: '5g' }, 'These options cannot be simulated:\n  network'],
  [{ faults: { flood: 1 } }, 'These options cannot be simulated:\n  faults.flood: there is no such field; there are'],
  [
    { workload: { ad: () => 'Tea' } },
    'This app cannot be simulated:\n  workload.ad: there is no mutator "ad"; there are add, remove, hang',
  ],
])('%j is refused, and why', async (options, message) => {
  const error = await errorOf(expectConvergence({ ...app, ...options } as ConvergenceOptions))
  expect(error).toBeInstanceOf(TypeError)
  expect(error.message.slice(0, message.length)).toBe(message)
})

test('nothing at all is refused too', async () => {
  expect((await errorOf(expectConvergence(undefined as never))).message).toMatch(
    /^The app to simulate is undefined; it must be an object with/,
  )
  expect((await errorOf(simulate(null as never))).message).toMatch(/^The app to simulate is null/)
})

test('a scenario that somebody edited names each field that is wrong', async () => {
  const { scenario } = await simulate({ ...app, clients: 2, mutations: 4 })
  const [first, ...clients] = scenario.clients
  const edited = { ...scenario, clients: [{ ...first, storage: 'tape' }, ...clients], endsAt: -1, colour: 'red' }
  const error = await errorOf(simulate({ ...app, scenario: edited as never }))
  expect(error).toBeInstanceOf(TypeError)
  expect(error.message).toContain('This is not a scenario that can be run:\n  colour: there is no such field')
  expect(error.message).toContain('\n  endsAt: -1 is negative')
  expect(error.message).toContain('\n  clients[0].storage: there is no storage "tape"; there are disk, memory')
  expect((await errorOf(simulate({ ...app, sed: 1 } as never))).message).toMatch(/^There is no option "sed"\. There are .*seed, scenario/)
})

test('a saved case that does not fit names its file', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'savepoint-cases-'))
  try {
    writeFileSync(join(directory, 'a.json'), '{ "format": 2 }')
    const { message } = await errorOf(expectConvergence({ ...app, cases: directory }))
    expect(message).toBe(
      `${join(directory, 'a.json')} is no case of this app: This is not a scenario that can be run:\n  format: 2 is unknown; this version of the simulator reads format 1`,
    )
  } finally {
    rmSync(directory, { recursive: true })
  }
})

test('a generator that throws is named, with its seed', async () => {
  const workload = {
    add: () => {
      throw new RangeError('nothing to pick')
    },
  }
  const error = await errorOf(expectConvergence({ ...app, workload, seed: 'x' }))
  expect(error).toBeInstanceOf(WorkloadError)
  expect(error.message).toMatch(/^The generator of "add" failed \(seed "x\/1", action \d+\): nothing to pick$/)
})

test('a mutator of which no call comes through is named: nothing was tested of it', async () => {
  const workload = { add: () => 'Tea', remove: () => 'nowhere' }
  const error = await errorOf(expectConvergence({ ...app, workload, runs: 3, faults: false }))
  expect(error).toBeInstanceOf(WorkloadError)
  expect(error.message).toMatch(
    /^"remove" was called \d+ times, and not once with success, .* The last failure: There is no item nowhere\./,
  )
})

test('time that is too short for a single run is an error, and for all of them it is told', async () => {
  const error = await errorOf(expectConvergence({ ...app, timeMs: 0 }))
  expect(error).toBeInstanceOf(OutOfBounds)
  expect(error.message).toMatch(/^The run with seed "1\/1" was stopped, as its time was up, after \d+ steps, at \d+ virtual ms\./)
  const met = await expectConvergence({ ...app, clients: 2, mutations: 5, runs: 10_000, timeMs: 1500 })
  expect(met.isCutShort).toBe(true)
  expect(met.runs).toBeGreaterThan(0)
  expect(met.runs).toBeLessThan(10_000)
})

test('a mutator without end is stopped and named, with its seed', async () => {
  const error = await errorOf(expectConvergence({ ...app, workload: { add: () => 'Tea', hang: {} }, faults: false }))
  expect(error).toBeInstanceOf(MutatorHangs)
  expect(error.message).toMatch(/^The mutator "hang" was still running after 5 s, in the run with seed "1\/1"\./)
})

test('fake timers that hold back what is to run at once are no failure of the app', async () => {
  vi.useFakeTimers({ toFake: ['queueMicrotask'] })
  try {
    const error = await errorOf(expectConvergence({ ...app, runs: 1 }))
    expect(error.message).toMatch(/^Something holds back queueMicrotask, as fake timers do/)
  } finally {
    vi.useRealTimers()
  }
})
