import type { SqlParams, SqlQuery } from '@savepoint/client'
import { type QueryOptions, useLiveRows } from './live-rows.ts'
import type { QueryResult } from './query-result.ts'

/** What a component shows of a query that has rows. */
export type SuspenseQueryResult<Row> = Pick<QueryResult<Row>, 'rows' | 'isStale'>

/**
 * As `useQuery`, but suspends while there are no rows to show, and throws an error of the query to the nearest error boundary.
 * To stay on the old screen while other parameters load elsewhere than in place, change them in `startTransition`.
 *
 * @throws Error if the query fails.
 */
export function useSuspenseQuery<Row>(query: SqlQuery<Row>, params?: SqlParams, options: QueryOptions<Row> = {}): SuspenseQueryResult<Row> {
  const { result, suspend } = useLiveRows(query, params, options.initialRows)
  if (result.error !== undefined) throw result.error
  return result.status === 'loading' ? suspend() : result
}
