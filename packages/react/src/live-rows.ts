import type { SqlParams, SqlQuery } from '@savepoint/client'
import { useEffect, useMemo, useRef, useSyncExternalStore } from 'react'
import { suspendUntilOpen, useOpenState } from './client-context.ts'
import { clientStore } from './client-stores.ts'
import type { HookClient } from './hook-client.ts'
import { queryKey } from './query-key.ts'
import { LOADING, NOT_IN_A_BROWSER, type QueryResult, readyResult } from './query-result.ts'
import { openQuery } from './query-source.ts'

export interface QueryOptions<Row> {
  /** Shown, as stale, until the first result: for instance what a server has read. Those of the first render count. */
  readonly initialRows?: readonly Row[]
}

/** What both query hooks do: the result to show, and what suspends where there is none to show yet. */
export function useLiveRows<Row>(
  query: SqlQuery<Row>,
  params: SqlParams | undefined,
  initialRows: readonly Row[] | undefined,
): { readonly result: QueryResult<Row>; suspend(): never } {
  const state = useOpenState()
  const client = state.status === 'open' ? state.client : undefined
  const { sql, key } = queryKey(query as SqlQuery<never>, params)
  // Not by query and params: the key says all that query and params do, whatever objects they are
  const look = useMemo(() => {
    if (client === undefined) return NO_CLIENT
    // Asked anew at each look: while a component is hidden, its store may close.
    const store = () => clientStore(client, `query:${key}`, (changed) => openQuery(client, query, params, changed))
    return {
      read: (): QueryResult<Row> => store().read(),
      subscribe: (listener: () => void) => store().subscribe(listener),
      whenReady: () => store().whenReady(),
    }
  }, [client, key])
  const current: QueryResult<Row> = useSyncExternalStore(look.subscribe, look.read, readNotInABrowser)
  const last = useRef<Shown<Row>>({ sql, client: undefined, rows: initialRows && readyResult(initialRows, true) })
  useEffect(() => {
    if (current.status === 'ready') last.current = { sql, client, rows: readyResult(current.rows, true) }
  }, [sql, client, current])
  const stale = current.status === 'loading' && canStandIn(last.current, sql, client) ? last.current.rows : undefined
  return {
    result: stale ?? current,
    suspend() {
      if (current === NOT_IN_A_BROWSER) return suspendUntilOpen({ status: 'absent' })
      if (look === NO_CLIENT) return suspendUntilOpen(state)
      throw look.whenReady()
    },
  }
}

/** What was on screen last. Initial rows are of whichever client comes first. */
interface Shown<Row> {
  readonly sql: string
  readonly client: HookClient | undefined
  readonly rows: QueryResult<Row> | undefined
}

/** Another text may give other columns, and another client may be of another room. */
function canStandIn(last: Shown<unknown>, sql: string, client: HookClient | undefined): boolean {
  return last.sql === sql && (last.client === undefined || last.client === client)
}

const readNotInABrowser = () => NOT_IN_A_BROWSER

const NO_CLIENT = {
  read: () => LOADING,
  subscribe: () => () => {},
  whenReady: () => Promise.resolve(),
}
