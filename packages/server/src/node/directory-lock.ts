import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { type Driver, SqliteError } from '@savepoint/sqlite'

/** Between two looks at a lock that another has. */
const LOCK_RETRY_MS = 20

type OpenLock = (path: string, options: { busyTimeoutMs: number }) => Driver

/** What holds a directory until it is released, or the process ends. */
interface DirectoryLock {
  release(): void
}

/**
 * Takes a data directory for this process: two servers on one would each believe to know where its rooms stand.
 *
 * @param waitMs how long to wait for another server to leave, which a deploy does on purpose
 * @throws (rejects) Error if another server has it.
 */
export async function lockDirectory(directory: string, open: OpenLock, waitMs = 0): Promise<DirectoryLock> {
  mkdirSync(directory, { recursive: true })
  const deadline = performance.now() + waitMs
  for (;;) {
    const lock = takeLock(join(directory, 'server.lock'), open)
    if (lock !== null) return lock
    if (performance.now() >= deadline)
      throw new Error(
        `Another server uses the directory ${directory}. Nothing was opened; stop it, or give this one a directory of its own.`,
      )
    await wait(LOCK_RETRY_MS)
  }
}

/** Takes a lock, which is SQLite's own on a file, so that the system frees it however the process ends. Null if another has it. */
export function takeLock(path: string, open: OpenLock): DirectoryLock | null {
  const driver = open(path, { busyTimeoutMs: 0 })
  try {
    driver.exec('BEGIN EXCLUSIVE')
    return { release: () => driver.close() }
  } catch (error) {
    driver.close()
    if (error instanceof SqliteError && error.code.startsWith('SQLITE_BUSY')) return null
    throw error
  }
}
