import type { SeedResult } from './seed-process.ts'
import type { Trial } from './try-bug.ts'

const COLUMNS = [32, 34, 9, 7] as const

/** The head of the table of trials. */
export function trialsHead(): string {
  return row(['planted bug', 'caught as', 'in seed', 'share', 'seconds'])
}

/** A line of the table, and what is wrong under one that was not caught. */
export function trialLine({ bug, results, caught, seconds }: Trial): string {
  const failing = results.filter(({ violation }) => violation !== null)
  const seed = caught === undefined ? '-' : caught.seed.replace(/^.*\//, '')
  const line = row([bug.name, caughtAs(caught, failing), seed, `${failing.length}/${results.length}`, seconds.toFixed(1)])
  return caught === undefined ? `${line}\n${missed(results)}` : line
}

/** What a run without a bug was blamed for. */
export function falseAlarmLine({ weather, seed, violation, error }: SeedResult): string {
  return `Without a bug, the run of seed ${seed} in the weather "${weather}" is not clean: ${violation?.message ?? error}`
}

function caughtAs(caught: SeedResult | undefined, failing: readonly SeedResult[]): string {
  if (caught?.violation == null) return 'NOT CAUGHT'
  const first = describe(caught)
  const others = [...new Set(failing.map(describe))].filter((one) => one !== first)
  return others.length === 0 ? first : `${first} and ${others.length} more`
}

function describe({ violation }: SeedResult): string {
  return `${violation?.guarantee} ${violation?.checker}`
}

function missed(results: readonly SeedResult[]): string {
  const odd = results.find(({ violation, error }) => violation !== null || error !== undefined)
  if (odd === undefined) return '  all runs were clean'
  return `  seed ${odd.seed}: ${odd.violation === null ? odd.error : `not a guarantee that it is known to break: ${odd.violation.message}`}`
}

function row(cells: readonly string[]): string {
  return cells
    .map((cell, i) => cell.padEnd(COLUMNS[i] ?? 0))
    .join(' ')
    .trimEnd()
}
