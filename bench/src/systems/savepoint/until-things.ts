import type { SavepointClient } from '@savepoint/client'
import { untilLive } from '../../clients/until-live.ts'

/** Resolves when a query has counted all things. */
export async function untilThings(client: Pick<SavepointClient, 'status' | 'onStatus' | 'query'>, things: number): Promise<void> {
  await untilLive(client)
  const [found] = await client.query<{ n: number }>('SELECT count(*) AS n FROM things')
  if (found?.n !== things) throw new Error(`The client has ${found?.n} rows of ${things}.`)
}
