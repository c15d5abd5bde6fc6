import type { PlantedBug } from './planted-bug.ts'
import { runSeeds } from './run-seeds.ts'
import type { SeedResult, SeedsAsked } from './seed-process.ts'
import { makeCopy, removeCopy } from './source-copy.ts'
import type { Weather } from './weathers.ts'

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

/** Where a bug is looked for. */
type Place = Pick<PlantedBug, 'weather' | 'calls'>

/** A run without a bug that was not clean. */
export type FalseAlarm = SeedResult & { readonly weather: Weather }

/** Plants a bug, and looks whether the simulator catches it. */
export async function tryBug(bug: PlantedBug, options: TrialOptions): Promise<Trial> {
  const started = performance.now()
  try {
    const results = await runSeeds(makeCopy(bug.name, bug), asked(bug, options))
    const caught = results.find(({ violation }) => violation !== null && bug.guarantees.includes(violation.guarantee))
    return { bug, results, caught, seconds: (performance.now() - started) / 1000 }
  } finally {
    removeCopy(bug.name)
  }
}

/** Runs the same seeds on a copy without a bug: all must be clean. Returns those that are not. */
export async function tryNone(place: Place, options: TrialOptions): Promise<readonly FalseAlarm[]> {
  const { weather } = place
  const name = `none-${[weather, ...(place.calls ?? [])].join('-')}`
  try {
    const results = await runSeeds(makeCopy(name, null), { ...asked(place, options), stopsAtFailure: false })
    return results.filter(({ violation, error }) => violation !== null || error !== undefined).map((result) => ({ ...result, weather }))
  } finally {
    removeCopy(name)
  }
}

function asked({ weather, calls }: Place, { seeds, stopsAtFailure }: TrialOptions): SeedsAsked {
  return { weather, calls, seeds: Array.from({ length: seeds }, (_, i) => `planted/${i + 1}`), stopsAtFailure }
}
