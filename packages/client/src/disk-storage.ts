import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Driver, SqliteError } from '@savepoint/sqlite'
import { isWhole, ReceivedBase } from './received-base.ts'
import { ReceivedFile } from './received-file.ts'
import type { ReplicaStorage } from './storage.ts'

const BASE_FILE = /^base-(\d+)\.db(-wal|-shm|-journal)?$/

/** The base is this client's own, but somebody may be looking into the file. */
const BASE_BUSY_MS_MAX = 5000

/**
 * Keeps both databases as files in a directory, on better-sqlite3: what was durable survives a crash of the process or of
 * the machine. One client at a time may use a directory.
 *
 * @throws Error if the directory cannot be made, or better-sqlite3 is not installed.
 */
export async function diskStorage(directory: string): Promise<ReplicaStorage> {
  const { openBetterSqlite3 } = await import('@savepoint/sqlite/better-sqlite3')
  mkdirSync(directory, { recursive: true })
  const open = (path: string, busyTimeoutMs: number): Driver => {
    const driver = openBetterSqlite3(path, { busyTimeoutMs })
    try {
      driver.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
      return driver
    } catch (error) {
      driver.close()
      throw error
    }
  }
  const received = new ReceivedFile(directory)
  return {
    kind: 'disk',
    openPending: (anew = false) => {
      let driver: Driver | undefined
      const path = join(directory, 'pending.db')
      if (anew) {
        for (const file of [`${path}-wal`, `${path}-shm`]) rmSync(file, { force: true })
        // For who wants to look into it.
        if (existsSync(path)) renameSync(path, `${path}.damaged`)
      }
      try {
        driver = open(path, 0)
        // Held for as long as the client is open, so that a second one on this directory fails at once.
        driver.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE; COMMIT')
        return driver
      } catch (error) {
        driver?.close()
        if (!(error instanceof SqliteError) || !error.code.startsWith('SQLITE_BUSY')) throw error
        throw new Error(`Another client uses ${directory}. Nothing was opened; close it, or give this one a directory of its own.`, {
          cause: error,
        })
      }
    },
    openBase(generation, image) {
      const path = join(directory, `base-${generation}.db`)
      if (image === 'received' && !isWhole(received.known(), generation))
        throw new Error('The snapshot is not whole, and cannot be opened.')
      if (image !== undefined) {
        for (const file of [path, `${path}-wal`, `${path}-shm`]) rmSync(file, { force: true })
        if (image === 'received') received.moveTo(path)
        else writeFileSync(path, image, { flush: true })
      }
      return open(path, BASE_BUSY_MS_MAX)
    },
    receive: (generation) => new ReceivedBase(received, generation, received.known()),
    keepOnly(generation) {
      if (received.known()?.generation !== generation + 1) received.empty()
      for (const file of readdirSync(directory)) {
        const found = BASE_FILE.exec(file)
        if (found && Number(found[1]) !== generation) rmSync(join(directory, file), { force: true })
      }
    },
  }
}
