import type { ArgsGenerator, SimulatedApp, WorkloadEntry } from '../app.ts'

/** How one mutator is called: what makes its arguments, if it has any, and how often beside the others. */
interface NamedEntry {
  readonly name: string
  readonly args?: ArgsGenerator<unknown>
  readonly weight: number
  readonly alwaysRejected: boolean
}

/** The mutators that the app's workload calls, in its order. */
export function namedEntries(app: SimulatedApp): NamedEntry[] {
  const entries = Object.entries(app.workload as { readonly [name: string]: WorkloadEntry<unknown> | undefined })
  return entries.flatMap(([name, entry]) => (entry === undefined ? [] : [{ name, ...readEntry(entry) }]))
}

function readEntry(entry: WorkloadEntry<unknown>): Omit<NamedEntry, 'name'> {
  if (typeof entry === 'function' || isArbitrary(entry)) return { args: entry, weight: 1, alwaysRejected: false }
  const { args, weight = 1, alwaysRejected = false } = entry
  return { weight, alwaysRejected, ...(args !== undefined && { args }) }
}

/** True for a fast-check arbitrary, of whatever copy of fast-check it is. */
export function isArbitrary(value: unknown): value is Exclude<ArgsGenerator<unknown>, (...args: never) => unknown> {
  return typeof value === 'object' && value !== null && 'generate' in value && typeof value.generate === 'function'
}
