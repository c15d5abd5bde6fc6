import type { Driver } from '@savepoint/sqlite'
import { openWaSqlite, type WaSqliteModule } from '@savepoint/sqlite/wa-sqlite'
import { CountersByHand } from '../apps/counters-by-hand.ts'
import { type BaseImage, type Layout, pendingRow } from './base-image.ts'
import type { Rebasing } from './replica-rebase.ts'

/** The same statements in the same order on the same engine, with nothing around them: no capture, no digest, no savepoints. */
export function byHandRebase(module: WaSqliteModule, base: BaseImage, layout: Layout, pendingCount: number): Rebasing {
  const driver: Driver = openWaSqlite(module, { bytes: base.bytes })
  driver.exec('PRAGMA cache_spill = OFF')
  const [begin, commit, rollback] = [driver.prepare('BEGIN'), driver.prepare('COMMIT'), driver.prepare('ROLLBACK')]
  const counters = new CountersByHand(driver)
  const foreign = driver.prepare('UPDATE counters SET n = n + 1 WHERE id = ?')
  const names = Array.from({ length: pendingCount }, (_, i) => `counter-${pendingRow(i, base, layout)}`)
  const replay = () => {
    begin.run()
    for (const name of names) counters.add({ name, by: 1 })
  }
  replay()
  return {
    prepare: () => () => {
      rollback.run()
      begin.run()
      foreign.run([base.rows])
      commit.run()
      replay()
    },
    close: () => driver.close(),
  }
}
