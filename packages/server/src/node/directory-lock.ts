import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Driver, SqliteError } from '@savepoint/sqlite'

/**
 * Takes a data directory for this process: two servers on one would each believe to know where its rooms stand. The lock is
 * SQLite's own on a file, so the system frees it however the process ends.
 *
 * @throws Error if another server has it.
 */
export function lockDirectory(directory: string, open: (path: string, options: { busyTimeoutMs: number }) => Driver): { release(): void } {
  mkdirSync(directory, { recursive: true })
  const driver = open(join(directory, 'server.lock'), { busyTimeoutMs: 0 })
  try {
    driver.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    driver.close()
    if (!(error instanceof SqliteError) || !error.code.startsWith('SQLITE_BUSY')) throw error
    throw new Error(
      `Another server uses the directory ${directory}. Nothing was opened; stop it, or give this one a directory of its own.`,
      { cause: error },
    )
  }
  return { release: () => driver.close() }
}
