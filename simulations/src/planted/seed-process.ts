import { simulate } from '@savepoint/simulator'
import { calling, type MutatorName, trapsApp, updatedTrapsApp } from '../apps/traps/traps-app.ts'
import { WEATHERS, type Weather } from './weathers.ts'

/** One run. */
export interface SeedRun {
  readonly weather: Weather
  /** The mutators that are called. Default: all. */
  readonly calls?: readonly MutatorName[] | undefined
  readonly seed: string
}

/** What the process is to run, as its first argument, in JSON. */
export interface RunsAsked {
  readonly runs: readonly SeedRun[]
  /** Nothing more is run after one that fails. */
  readonly stopsAtFailure: boolean
}

/** What came of one run, as the process tells it. */
export interface SeedResult extends SeedRun {
  readonly violation: { readonly guarantee: string; readonly checker: string; readonly message: string } | null
  /** The run broke off, with no guarantee to blame. */
  readonly error?: string
}

const { runs, stopsAtFailure } = JSON.parse(process.argv[2] ?? '') as RunsAsked
for (const run of runs) {
  const result = await make(run)
  process.send?.(result)
  if (stopsAtFailure && (result.violation !== null || result.error !== undefined)) break
}
process.disconnect?.()

async function make(run: SeedRun): Promise<SeedResult> {
  const { weather, calls, seed } = run
  const app = weather === 'updates' ? updatedTrapsApp : trapsApp
  try {
    const { violation } = await simulate({ ...(calls === undefined ? app : calling(app, calls)), ...WEATHERS[weather], seed })
    if (violation === null) return { ...run, violation: null }
    const { guarantee, checker, message } = violation
    return { ...run, violation: { guarantee, checker, message } }
  } catch (error) {
    return { ...run, violation: null, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}
