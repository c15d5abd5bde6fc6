import { join } from 'node:path'
import { openBetterSqlite3 } from '@savepoint/sqlite/better-sqlite3'
import { roomPaths } from '../node/room-files.ts'
import type { RunningServer } from '../node.ts'
import { shopSchema } from '../testing/shop.ts'
import { join as joinServer, start } from '../testing/start.ts'
import { temporaryDirectory } from '../testing/temporary-directory.ts'
import type { TestClient } from '../testing/test-client.ts'
import { backUp } from './back-up.ts'
import type { RestorePoint } from './plan-restore.ts'
import { restore } from './restore.ts'
import { verifyRoom } from './verify-room.ts'

/** A shop's server at a clock that stands still, the directory for its backups, and what is done with both. */
export class ShopBackups {
  readonly directory = temporaryDirectory()
  readonly out = join(temporaryDirectory(), 'backups')
  /** Milliseconds since 1970. */
  now = Date.UTC(2026, 10, 27)
  server: RunningServer | undefined
  #epochs = 0

  async start(options: Parameters<typeof start>[0] = {}): Promise<TestClient> {
    this.server = await start({ directory: this.directory, world: { now: () => this.now }, ...options })
    return await joinServer(this.server)
  }

  backUp(room?: string) {
    return backUp({ directory: this.directory, out: this.out, now: () => this.now, ...(room !== undefined && { room }) })
  }

  restore(options: { from?: string; directory?: string; room?: string; point?: RestorePoint; force?: boolean } = {}) {
    return restore({
      from: this.out,
      directory: this.directory,
      schema: shopSchema,
      force: false,
      now: () => this.now,
      id: () => `restored-${++this.#epochs}`,
      ...options,
    })
  }

  verify(directory = this.directory) {
    return verifyRoom({ path: this.path(directory), room: 'shop', schema: shopSchema })
  }

  path(directory = this.directory): string {
    return roomPaths(directory, 'shop').database
  }

  /** Looks into the room's file, or changes it behind the engine's back. */
  sql(sql: string, path = this.path()): unknown[] {
    const driver = openBetterSqlite3(path)
    driver.exec('PRAGMA foreign_keys = OFF')
    try {
      const statement = driver.prepare(sql)
      return statement.columns.length > 0 ? statement.all() : [statement.run()]
    } finally {
      driver.close()
    }
  }

  titles(directory = this.directory): unknown[] {
    return this.sql('SELECT title FROM items ORDER BY title', this.path(directory)).map((row) => (row as { title: string }).title)
  }
}
