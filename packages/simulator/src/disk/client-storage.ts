import type { ReplicaStorage } from '@savepoint/client'
import { type Driver, SqliteError } from '@savepoint/sqlite'
import { aliveOn, type SimulatedDisk } from './simulated-disk.ts'

const PENDING = 'pending.db'
const BASE = /^base-(\d+)\.db$/

/** As the platform's own storage opens its files. Without shared memory, WAL needs the lock first. */
const PRAGMAS = {
  'wa-sqlite':
    'PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_spill = OFF; PRAGMA temp_store = MEMORY',
  'better-sqlite3': 'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL',
} as const

/** A client's two databases on a simulated disk, for the process that runs now. One client at a time may use it. */
export function clientStorage(disk: SimulatedDisk): ReplicaStorage {
  const assertAlive = aliveOn(disk)
  const open = (path: string): Driver => {
    assertAlive()
    const driver = disk.open(path)
    try {
      driver.exec(PRAGMAS[disk.engine])
      return driver
    } catch (error) {
      driver.close()
      throw error
    }
  }
  return {
    kind: 'disk',
    openPending(anew = false) {
      assertAlive()
      if (anew) disk.remove(PENDING)
      let driver: Driver | undefined
      try {
        driver = open(PENDING)
        // Held for as long as the client is open, so that a second one on this disk fails at once.
        driver.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE; COMMIT')
        return driver
      } catch (error) {
        driver?.close()
        if (!(error instanceof SqliteError) || !error.code.startsWith('SQLITE_BUSY')) throw error
        throw new Error('Another client uses this disk. Nothing was opened; close it first.', { cause: error })
      }
    },
    openBase(generation, image) {
      assertAlive()
      const path = `base-${generation}.db`
      if (image instanceof Uint8Array) disk.write(path, image)
      return open(path)
    },
    keepOnly(generation) {
      assertAlive()
      for (const path of disk.list()) {
        const found = BASE.exec(path)
        if (found && Number(found[1]) !== generation) disk.remove(path)
      }
    },
  }
}
