import { openWaSqlite, type WaSqliteModule } from '@savepoint/sqlite/wa-sqlite'
import { COUNTERS_SQL } from '../apps/counters.ts'
import { CountersByHand } from '../apps/counters-by-hand.ts'
import type { Incrementer } from './incrementer.ts'

/** The same statements on the same engine, in memory and in one open transaction, as a client's are. */
export function byHandIncrementer(module: WaSqliteModule): Incrementer {
  const driver = openWaSqlite(module)
  driver.exec(`${COUNTERS_SQL}; BEGIN`)
  const counters = new CountersByHand(driver)
  return {
    add: (name) => counters.add({ name, by: 1 }),
    count: (name) => counters.count(name),
    close: async () => driver.close(),
  }
}
