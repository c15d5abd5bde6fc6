import { loadWaSqlite } from '@savepoint/client/node'
import type { Driver } from '@savepoint/sqlite'
import { describe, expect, test } from 'vitest'
import { randomOf } from '../scenario/random.ts'
import { describeDisk } from './simulated-disk.contract.ts'
import { losses } from './transfers.contract.ts'
import { WaDisk } from './wa-disk.ts'

const module = await loadWaSqlite()
const WAL = 'PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_spill = OFF'
const JOURNAL = 'PRAGMA journal_mode = TRUNCATE; PRAGMA synchronous = FULL; PRAGMA cache_spill = OFF'

describeDisk({ name: 'WaDisk, with a write-ahead log', create: (random) => WaDisk.create({ module, random }), pragmas: WAL })
describeDisk({ name: 'WaDisk, with a rollback journal', create: (random) => WaDisk.create({ module, random }), pragmas: JOURNAL })

function lossesWith(pragmas: string, times = 200): string[] {
  const found: string[] = []
  for (let i = 0; i < times; i++) {
    const disk = WaDisk.create({ module, random: randomOf(`with ${i}`, 'disk') })
    const open = (): Driver => {
      const driver = disk.open('a.db')
      driver.exec(pragmas)
      return driver
    }
    const wrong = losses(disk, open, `with ${i}`, true)
    if (wrong !== undefined) found.push(wrong)
    disk.dispose()
  }
  return found
}

describe('a loss of power under wa-sqlite', () => {
  test.each([
    ['WAL, synchronous = OFF', `${WAL}; PRAGMA synchronous = OFF`, /./],
    ['WAL, synchronous = NORMAL', `${WAL}; PRAGMA synchronous = NORMAL`, /were committed/],
    ['a truncated journal, synchronous = OFF', `${JOURNAL}; PRAGMA synchronous = OFF`, /integrity|half|malformed/],
    // The file's removal is not flushed with the COMMIT, and undoes it if it comes back.
    ['a deleted journal, synchronous = FULL', `${JOURNAL}; PRAGMA journal_mode = DELETE`, /were committed/],
    ['a journal in memory', `${JOURNAL}; PRAGMA journal_mode = MEMORY`, /integrity|half|malformed/],
  ])('%s: something is lost or torn', (_, pragmas, what) => {
    const found = lossesWith(pragmas)
    expect(found.some((wrong) => what.test(wrong))).toBe(true)
  })

  test.each([
    ['a deleted journal, synchronous = EXTRA', `${JOURNAL}; PRAGMA journal_mode = DELETE; PRAGMA synchronous = EXTRA`],
    ['a journal that persists', `${JOURNAL}; PRAGMA journal_mode = PERSIST`],
    ['WAL with a cache that spills', `${WAL}; PRAGMA cache_size = 5; PRAGMA cache_spill = ON`],
    ['WAL with a checkpoint at each COMMIT', `${WAL}; PRAGMA wal_autocheckpoint = 1`],
  ])('%s: nothing is', (_, pragmas) => {
    expect(lossesWith(pragmas)).toEqual([])
  })
})
