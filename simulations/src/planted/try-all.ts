import type { PlantedBug } from './planted-bug.ts'
import { PLANTED_BUGS } from './planted-bugs.ts'
import { runOnCopy } from './run-on-copy.ts'
import type { SeedResult, SeedRun } from './seed-process.ts'
import { makeCopy, removeCopy } from './source-copy.ts'
import { type Trial, type TrialOptions, tryBug } from './try-bug.ts'

/** Processes that run at once. */
const PROCESSES_MAX = 2

interface TryAllOptions extends TrialOptions {
  /** Default: all that there are. */
  readonly bugs?: readonly PlantedBug[]
  /** Told of each bug when it has been tried. */
  readonly onTrial?: (trial: Trial) => void
}

interface AllTried {
  readonly trials: readonly Trial[]
  /** Runs that are not clean without a bug. */
  readonly falseAlarms: readonly SeedResult[]
}

/**
 * Plants bugs one after the other, two at a time; then makes the very same runs without a bug, which must all be clean. If no more
 * seeds are run after a failure, only what failed is.
 */
export async function tryAll({ bugs = PLANTED_BUGS, onTrial, ...options }: TryAllOptions): Promise<AllTried> {
  const trials = await inTurn(bugs, async (bug) => {
    const trial = await tryBug(bug, options)
    onTrial?.(trial)
    return trial
  })
  const runs = new Map<string, SeedRun>()
  for (const { results } of trials)
    for (const { weather, calls, seed } of options.stopsAtFailure ? results.slice(-1) : results)
      runs.set(JSON.stringify([weather, calls, seed]), { weather, calls, seed })
  const parts = Array.from({ length: PROCESSES_MAX }, (_, part) => [...runs.values()].filter((_, i) => i % PROCESSES_MAX === part))
  const results = await inTurn([...parts.entries()], ([i, part]) => runWithoutBug(`none-${i + 1}`, part))
  return { trials, falseAlarms: results.flat().filter(({ violation, error }) => violation !== null || error !== undefined) }
}

async function runWithoutBug(name: string, runs: readonly SeedRun[]): Promise<readonly SeedResult[]> {
  try {
    return await runOnCopy(makeCopy(name, null), { runs, stopsAtFailure: false })
  } finally {
    removeCopy(name)
  }
}

/** Results in the order of the items. */
async function inTurn<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  let next = 0
  const worker = async () => {
    while (next < items.length) {
      const i = next++
      results[i] = await work(items[i] as T)
    }
  }
  await Promise.all(Array.from({ length: PROCESSES_MAX }, worker))
  return results
}
