/** What a component shows of a query. */
export interface QueryResult<Row> {
  /** The rows as they are now. Those that did not change stay the same objects from one result to the next. */
  readonly rows: readonly Row[]
  /** `loading`: no rows have come yet. `error`: the last run failed; `rows` are then those before it. */
  readonly status: 'loading' | 'ready' | 'error'
  /** True while `rows` are those of the parameters before, or `initialRows`, since the right ones are still on their way. */
  readonly isStale: boolean
  readonly error: Error | undefined
}

const NO_ROWS: readonly never[] = Object.freeze([])

/** What there is before a first result. */
export const LOADING: QueryResult<never> = Object.freeze({ rows: NO_ROWS, status: 'loading', isStale: false, error: undefined })

/** What there is on a server, and while a page that came from one is hydrated. */
export const NOT_IN_A_BROWSER: QueryResult<never> = Object.freeze({ ...LOADING })

export function readyResult<Row>(rows: readonly Row[], isStale = false): QueryResult<Row> {
  return Object.freeze({ rows, status: 'ready', isStale, error: undefined })
}

export function failedResult<Row>(rows: readonly Row[], error: Error): QueryResult<Row> {
  return Object.freeze({ rows, status: 'error', isStale: false, error })
}
