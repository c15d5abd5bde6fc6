import { simulate } from '@savepoint/simulator'
import { calling, type MutatorName, trapsApp, updatedTrapsApp } from '../apps/traps/traps-app.ts'
import { WEATHERS, type Weather } from './weathers.ts'

/** What is to be run, as the first argument of the process, in JSON. */
export interface SeedsAsked {
  readonly weather: Weather
  /** Default: all. */
  readonly calls?: readonly MutatorName[] | undefined
  readonly seeds: readonly string[]
  /** No other seed is run after one that fails. */
  readonly stopsAtFailure: boolean
}

/** What came of one seed, as the process tells it. */
export interface SeedResult {
  readonly seed: string
  readonly violation: { readonly guarantee: string; readonly checker: string; readonly message: string } | null
  /** The run broke off, with no guarantee to blame. */
  readonly error?: string
}

const { weather, calls, seeds, stopsAtFailure } = JSON.parse(process.argv[2] ?? '') as SeedsAsked
const whole = weather === 'updates' ? updatedTrapsApp : trapsApp
const app = calls === undefined ? whole : calling(whole, calls)
for (const seed of seeds) {
  const result = await run(seed)
  process.send?.(result)
  if (stopsAtFailure && (result.violation !== null || result.error !== undefined)) break
}
process.disconnect?.()

async function run(seed: string): Promise<SeedResult> {
  try {
    const { violation } = await simulate({ ...app, ...WEATHERS[weather], seed })
    if (violation === null) return { seed, violation: null }
    const { guarantee, checker, message } = violation
    return { seed, violation: { guarantee, checker, message } }
  } catch (error) {
    return { seed, violation: null, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}
