import type { SavepointClient } from '@savepoint/client'
import { COUNT_SQL, type countersMutators } from '../apps/counters.ts'
import type { Incrementer } from './incrementer.ts'

/** A client, wherever its replica is. */
export function savepointIncrementer(client: SavepointClient<(typeof countersMutators)['definitions']>): Incrementer {
  return {
    add: (name) => void client.mutate.add({ name, by: 1 }),
    count: async (name) => (await client.query<{ n: number }>(COUNT_SQL, [name]))[0]?.n ?? 0,
    close: () => client.close(),
  }
}
