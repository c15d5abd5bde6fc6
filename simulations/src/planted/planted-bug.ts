import type { MutatorName } from '../apps/traps/traps-app.ts'
import type { Weather } from './weathers.ts'

/** One place in the sources, and what is to stand there instead. */
interface Edit {
  /** From the root of the checkout. */
  readonly file: string
  /** Occurs exactly once in the file. */
  readonly find: string
  readonly replace: string
}

/** A slip that somebody could make, and that the simulator is to catch. */
export interface PlantedBug {
  readonly name: string
  /** What goes wrong, in a few words. */
  readonly about: string
  /** What it breaks: `G1` to `G10`. Catching it as one of these counts. */
  readonly guarantees: readonly string[]
  /** What the runs are like in which it is looked for. */
  readonly weather: Weather
  /** The mutators that are called then. Default: all. */
  readonly calls?: readonly MutatorName[]
  /** Where runs are long, few are made. */
  readonly seedsMax?: number
  readonly edits: readonly Edit[]
}

/** A bug that cannot be planted, since the code has moved on. */
class StaleEdit extends Error {
  override readonly name = 'StaleEdit'
}

/**
 * Plants one edit in the text of its file.
 * @throws StaleEdit if the text to be replaced is not there exactly once
 */
export function plant(text: string, bug: PlantedBug, { file, find, replace }: Edit): string {
  const [before, after, ...more] = text.split(find)
  if (before !== undefined && after !== undefined && more.length === 0) return before + replace + after
  const found = after === undefined ? 'is not there any more' : `is there ${more.length + 1} times`
  throw new StaleEdit(
    `The planted bug "${bug.name}" cannot be planted: in ${file}, what it replaces ${found}. The code has changed, and the bug must follow it: mend its edit in simulations/src/planted/bugs, so that it makes the same mistake in the new code.\nIt looks for:\n${find}`,
  )
}
