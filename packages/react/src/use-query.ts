import type { SqlParams, SqlQuery } from '@savepoint/client'
import { type QueryOptions, useLiveRows } from './live-rows.ts'
import type { QueryResult } from './query-result.ts'

/**
 * Rows that follow the replica. Where only the parameters change, the rows before stay, as `isStale`, until the new ones are
 * there; give the component a `key` if they would be wrong to show. The same query in many components runs once, and may be
 * written inline: texts and values are compared.
 *
 * @example
 * const { rows } = useQuery<{ id: string; title: string }>('SELECT id, title FROM items WHERE list = ?', [list])
 */
export function useQuery<Row>(query: SqlQuery<Row>, params?: SqlParams, options: QueryOptions<Row> = {}): QueryResult<Row> {
  return useLiveRows(query, params, options.initialRows).result
}
