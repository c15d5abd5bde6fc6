import type { SqlParams, SqlQuery } from '@savepoint/client'
import type { HookClient } from './hook-client.ts'
import { KEEP_MS, type Source } from './kept-store.ts'
import { failedResult, LOADING, type QueryResult, readyResult } from './query-result.ts'

/** A live query as a source; one that cannot run at all is a result too. */
export function openQuery<Row>(
  client: HookClient,
  query: SqlQuery<Row>,
  params: SqlParams | undefined,
  changed: () => void,
): Source<QueryResult<Row>> {
  try {
    const live = client.live(query, params)
    const end = live.subscribe(changed)
    let last: QueryResult<Row> = LOADING
    return {
      read() {
        const { rows, isReady, error } = live
        const isSame = error === last.error && (!isReady || (last.rows === rows && last.status !== 'loading'))
        if (isSame) return last
        if (error !== undefined) last = failedResult(rows, error)
        else last = isReady ? readyResult(rows) : LOADING
        return last
      },
      isReady: () => live.isReady || live.error !== undefined,
      keepMs: KEEP_MS,
      end,
    }
  } catch (error) {
    const failed = failedResult<Row>([], error instanceof Error ? error : new Error(String(error)))
    // Not kept, so that a boundary's "try again" does.
    return { read: () => failed, isReady: () => true, keepMs: 0, end() {} }
  }
}
