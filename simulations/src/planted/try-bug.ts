import type { PlantedBug } from './planted-bug.ts'
import { runOnCopy } from './run-on-copy.ts'
import type { SeedResult } from './seed-process.ts'
import { makeCopy, removeCopy } from './source-copy.ts'

/** What became of a bug in some seeds. */
export interface Trial {
  readonly bug: PlantedBug
  readonly results: readonly SeedResult[]
  /** The first result that shows the bug, as one of the guarantees that it is known to break. */
  readonly caught: SeedResult | undefined
  readonly seconds: number
}

export interface TrialOptions {
  readonly seeds: number
  readonly stopsAtFailure: boolean
}

/**
 * Plants a bug, and looks whether the simulator catches it.
 * @throws StaleEdit if it cannot be planted
 */
export async function tryBug(bug: PlantedBug, { seeds, stopsAtFailure }: TrialOptions): Promise<Trial> {
  const started = performance.now()
  const { name, weather, calls, guarantees, seedsMax = seeds } = bug
  try {
    const runs = Array.from({ length: Math.min(seeds, seedsMax) }, (_, i) => ({ weather, calls, seed: `planted/${i + 1}` }))
    const results = await runOnCopy(makeCopy(name, bug), { runs, stopsAtFailure })
    const caught = results.find(({ violation }) => violation !== null && guarantees.includes(violation.guarantee))
    return { bug, results, caught, seconds: (performance.now() - started) / 1000 }
  } finally {
    removeCopy(name)
  }
}
