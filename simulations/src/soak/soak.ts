import { type BatchFailure, batchOf } from './batch.ts'
import { saveFailure } from './regression-cases.ts'
import { runBatches } from './run-batches.ts'
import { SoakRecord } from './soak-record.ts'

/** From here on a soak must have met every fault, in real milliseconds. */
const MEETS_ALL_FROM_MS = 600_000

/** Cases that are saved of one checker and app: more would tell the same. */
const CASES_MAX = 3

/** How often people are told that it goes on, in real milliseconds. */
const TELLS_EVERY_MS = 30_000

interface SoakOptions {
  readonly durationMs: number
  /** What all seeds begin with. */
  readonly seed: string
  readonly print: (line: string) => void
}

export interface SoakResult {
  readonly ok: boolean
  readonly summary: object
}

/** Runs ever new seeds of all apps, on all cores, until time is up. */
export async function soak({ durationMs, seed, print }: SoakOptions): Promise<SoakResult> {
  const started = performance.now()
  const elapsed = () => performance.now() - started
  const record = new SoakRecord()
  let batches = 0
  let toldAt = 0
  print(`Seeds begin with ${seed}.`)
  await runBatches(
    () => (elapsed() < durationMs ? batchOf(seed, batches++) : undefined),
    (result, batch) => {
      record.add(result, batch)
      if (result.failure !== undefined) tellFailure(result.failure, record, print)
      if (elapsed() - toldAt < TELLS_EVERY_MS) return
      toldAt = elapsed()
      print(`${Math.round(toldAt / 1000)} s: ${record.runs} seeds, ${record.failures.length} failures`)
    },
  )
  const realMs = elapsed()
  for (const line of ['', ...record.lines(realMs)]) print(line)
  const { failures, missed, runs, calls, clientMs } = record
  const misses = missed.length > 0 && durationMs >= MEETS_ALL_FROM_MS
  if (missed.length > 0) print(`${misses ? 'wrong' : 'short'}     not met once: ${missed.join(', ')}`)
  const ok = failures.length === 0 && !misses
  print(ok ? 'All is as it should be.' : `Again: npm run simulate -- --soak ${Math.ceil(durationMs / 1000)}s --seed ${seed}`)
  const faults = Object.fromEntries(record.faults)
  return {
    ok,
    summary: { seed, seeds: runs, calls, clientMs, realMs, faults, missed, failures: failures.map(({ scenario: _, ...rest }) => rest) },
  }
}

function tellFailure(failure: BatchFailure, { failures }: SoakRecord, print: (line: string) => void): void {
  const { app, checker, message } = failure
  const alike = failures.filter((other) => other.app === app && other.checker === checker)
  if (alike.length > CASES_MAX) return print(`Seed ${failure.seed} of ${app}: ${checker} again, which was told before.`)
  for (const line of ['', `${app}: ${message}`]) print(line)
  const saved = saveFailure(failure)
  if (saved !== undefined) print(`Or: npm run simulate -- --repeat ${saved}\n`)
}
