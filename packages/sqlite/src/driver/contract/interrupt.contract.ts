import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Driver } from '../driver.ts'
import type { Engine } from '../engines.contract.ts'
import { Interrupted } from '../interrupted.ts'

const ENDLESS = 'WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n'

/** What a driver does that can stop a query. */
export function describeInterrupt(engine: Engine): void {
  describe('a query that takes too long', () => {
    let driver: Driver
    beforeEach(async () => {
      driver = await engine.open()
      driver.exec("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); INSERT INTO t (a) VALUES ('x')")
    })
    afterEach(() => driver.close())

    const within = <T>(looks: number, read: () => T): T => {
      let left = looks
      return (driver.interruptible as NonNullable<Driver['interruptible']>)(() => left-- <= 0, read)
    }

    test('is stopped, and nothing else is: the open transaction stays as it was', () => {
      const endless = driver.prepare(ENDLESS)
      driver.exec("BEGIN; INSERT INTO t (a) VALUES ('y'); SAVEPOINT s; INSERT INTO t (a) VALUES ('z')")
      for (const read of ['get', 'all', 'exact'] as const) expect(() => within(3, () => endless[read]())).toThrow(Interrupted)
      expect(driver.inTransaction).toBe(true)
      expect(driver.prepare('SELECT count(*) AS n FROM t').get()).toEqual({ n: 3 })
      driver.exec('ROLLBACK TO s; COMMIT')
      expect(driver.prepare('SELECT count(*) AS n FROM t').get()).toEqual({ n: 2 })
    })

    test('can be run again, and ends if it is given the time', () => {
      const long = driver.prepare(`${ENDLESS.replace('FROM n)', 'FROM n LIMIT ?)')}`)
      expect(() => within(3, () => long.all([100_000]))).toThrow(Interrupted)
      expect(within(Number.POSITIVE_INFINITY, () => long.all([100_000]))).toEqual([{ 'count(*)': 100_000 }])
      expect(within(3, () => long.all([10]))).toEqual([{ 'count(*)': 10 }])
    })

    test('and was not watched is not stopped, whatever was watched before, here or on another connection', async () => {
      const other = await engine.open()
      const long = driver.prepare(`${ENDLESS.replace('FROM n)', 'FROM n LIMIT 100000)')}`)
      expect(() => within(0, () => driver.prepare(ENDLESS).get())).toThrow(Interrupted)
      expect(() =>
        other.interruptible?.(
          () => true,
          () => other.prepare(ENDLESS).get(),
        ),
      ).toThrow(Interrupted)
      expect(long.get()).toEqual({ 'count(*)': 100_000 })
      other.close()
      expect(() => within(3, () => driver.prepare(ENDLESS).get())).toThrow(Interrupted)
    })
  })
}
