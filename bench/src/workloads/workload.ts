import type { Effort } from '../bench.ts'
import type { Clients, System, WorkloadName } from './system.ts'

/** A workload: defined once, and the same for every system. */
export interface Workload {
  readonly name: WorkloadName
  readonly title: string
  /** What is done and what is timed, in plain words; a text in parts. */
  readonly timed: readonly string[]
  readonly parameters: readonly Parameter[]
  readonly figures: readonly Figure[]
  /** Where clients are. Who has no page takes no part in what runs in Chromium. Default: in a process. */
  readonly place?: 'Chromium'
  sizes(effort: Effort): readonly Size[]
  /** Runs of one size that are enough, where one takes long. */
  runsMax?(size: Size): number
  /** One run, in a process that is new. */
  run(run: Run): Promise<Sample>
}

/** Something that sizes differ in. */
interface Parameter {
  readonly key: string
  readonly title: string
}

export type Size = { readonly [parameter: string]: number }

/** Something that is measured. The first one of a workload is what systems are compared by. */
interface Figure {
  readonly key: string
  readonly title: string
  readonly unit: string
  readonly decimals: number
  readonly better: 'more' | 'less'
}

/** Figures of one run, by key; null where this system has none. */
export type Sample = { readonly [figure: string]: number | null }

export interface Run {
  readonly system: System
  /** The module that exports the system, for those who need it in another process. */
  readonly module: string
  readonly effort: Effort
  /** An empty directory of this run's own. */
  readonly directory: string
  readonly size: Size
  /** Where the page with its clients is served, for what runs in Chromium. */
  readonly page?: string | undefined
}

/** What the code needs that is the same wherever clients are. */
export interface ClientsRun extends Pick<Run, 'effort' | 'size'> {
  readonly system: Clients
}

/** The value of a parameter. */
export function parameterOf(size: Size, key: string): number {
  const value = size[key]
  if (value === undefined) throw new TypeError(`A size has no "${key}".`)
  return value
}
