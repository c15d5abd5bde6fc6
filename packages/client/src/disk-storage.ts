import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ReplicaStorage } from './storage.ts'

const BASE_FILE = /^base-(\d+)\.db(-wal|-shm|-journal)?$/

/**
 * Keeps both databases as files in a directory, on better-sqlite3: what was durable survives a crash of the process or of
 * the machine. One client at a time may use a directory.
 *
 * @throws Error if the directory cannot be made, or better-sqlite3 is not installed.
 */
export async function diskStorage(directory: string): Promise<ReplicaStorage> {
  const { openBetterSqlite3 } = await import('@savepoint/sqlite/better-sqlite3')
  mkdirSync(directory, { recursive: true })
  const open = (path: string) => {
    const driver = openBetterSqlite3(path)
    driver.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
    return driver
  }
  return {
    kind: 'disk',
    openPending: () => {
      const driver = open(join(directory, 'pending.db'))
      // Held for as long as the client is open, so that a second one on this directory fails at once.
      driver.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE; COMMIT')
      return driver
    },
    openBase(generation, image) {
      const path = join(directory, `base-${generation}.db`)
      if (image !== undefined) {
        for (const file of [path, `${path}-wal`, `${path}-shm`]) rmSync(file, { force: true })
        writeFileSync(path, image, { flush: true })
      }
      return open(path)
    },
    keepOnly(generation) {
      for (const file of readdirSync(directory)) {
        const found = BASE_FILE.exec(file)
        if (found && Number(found[1]) !== generation) rmSync(join(directory, file), { force: true })
      }
    },
  }
}
