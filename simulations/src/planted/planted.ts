import type { PlantedBug } from './planted-bug.ts'
import { PLANTED_BUGS } from './planted-bugs.ts'
import { type FalseAlarm, type Trial, type TrialOptions, tryBug, tryNone } from './try-bug.ts'

/** Processes that run at once. */
const PROCESSES_MAX = 2

export interface PlantedOptions extends TrialOptions {
  readonly bugs?: readonly PlantedBug[]
  /** Told of each bug when it has been tried. */
  readonly onTrial?: (trial: Trial) => void
}

export interface PlantedResult {
  readonly trials: readonly Trial[]
  /** Runs without a bug that were not clean. */
  readonly falseAlarms: readonly FalseAlarm[]
}

/** Plants bugs one after the other, two at a time, and looks which of them the simulator catches. */
export async function tryAll({ bugs = PLANTED_BUGS, onTrial, ...options }: PlantedOptions): Promise<PlantedResult> {
  const places = new Map(bugs.map((bug) => [JSON.stringify([bug.weather, bug.calls]), bug]))
  const falseAlarms = await inTurn([...places.values()], (place) => tryNone(place, options))
  const trials = await inTurn(bugs, async (bug) => {
    const trial = await tryBug(bug, options)
    onTrial?.(trial)
    return trial
  })
  return { trials, falseAlarms: falseAlarms.flat() }
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
