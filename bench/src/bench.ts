import type { Table } from './report/table.ts'

/** How much to measure: `smoke` only shows that it runs, `quick` gives a first impression, `full` gives figures to compare. */
export type Effort = 'smoke' | 'quick' | 'full'

/** One benchmark: what it is called, what it tells, and how to run it. */
export interface Bench {
  readonly name: string
  /** One line for the list. */
  readonly summary: string
  run(context: BenchContext): Promise<readonly Table[]>
}

/** What a benchmark is run with. */
export interface BenchContext {
  readonly effort: Effort
  /** An empty directory of its own, removed afterwards. */
  readonly directory: string
  /** Tells whoever waits what is going on; not part of the report. */
  progress(text: string): void
}

/** The value for this effort. */
export function byEffort<T>({ effort }: Pick<BenchContext, 'effort'>, values: { readonly [effort in Effort]: T }): T {
  return values[effort]
}
