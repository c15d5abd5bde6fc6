import { join } from 'node:path'
import { openBetterSqlite3 } from '@savepoint/sqlite/better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import { ClientRecords } from '../room/client-records.ts'
import { createEngineTables, RoomMeta } from '../room/room-meta.ts'
import { temporaryDirectory } from '../testing/temporary-directory.ts'
import { EmbeddedLog, FORGET_SQL, NEXT_CLIENT_SQL } from './embedded-log.ts'
import { describeRoomLog } from './room-log.contract.ts'
import type { LogEntry } from './room-log.ts'
import type { LogUnderTest } from './room-log-rules.ts'

function open(): LogUnderTest & { rollBack(entries: readonly LogEntry[]): void } {
  const path = join(temporaryDirectory(), 'room.db')
  const writer = openBetterSqlite3(path)
  writer.exec('PRAGMA journal_mode = WAL')
  createEngineTables(writer)
  const reader = openBetterSqlite3(path, { readonly: true })
  onTestFinished(() => {
    reader.close()
    writer.close()
  })
  const log = new EmbeddedLog(writer, reader)
  const [clients, meta] = [new ClientRecords(writer), new RoomMeta(writer)]
  /** What a room does in the transaction besides. */
  const write = (entries: readonly LogEntry[], end: 'COMMIT' | 'ROLLBACK') => {
    writer.exec('BEGIN IMMEDIATE')
    for (const { clientID, mutationID, seed, version, author, at } of entries) {
      clients.save(clientID, { lastMutationID: mutationID, lastSeed: seed, lastVersion: version, identity: author }, at)
    }
    log.append(entries)
    meta.set('version', entries.at(-1)?.version ?? 0)
    writer.exec(end)
  }
  return {
    log,
    append: async (entries) => write(entries, 'COMMIT'),
    another: () => null,
    rollBack: (entries) => write(entries, 'ROLLBACK'),
  }
}

describeRoomLog('the embedded log', open)

test('what the room rolls back was never appended', async () => {
  const { log, rollBack } = open()
  const entry = {
    version: 1,
    clientID: 'a',
    mutationID: 1,
    seed: 's',
    name: 'n',
    args: '',
    changes: '[]',
    outcome: '{}',
    author: '',
    at: 0,
    digest: '',
    previous: 0,
  }
  rollBack([entry])
  expect(await log.claim('e')).toMatchObject({ version: 0 })
  expect(await log.outcomes('a', 0, 1)).toEqual([])
})

test('[G10] cutting the log looks at no entry that it does not cut, however many are kept for clients that do not come back', () => {
  const driver = openBetterSqlite3(':memory:')
  onTestFinished(() => driver.close())
  createEngineTables(driver)
  new EmbeddedLog(driver, driver)
  for (const sql of [NEXT_CLIENT_SQL, FORGET_SQL]) {
    const parameters = sql === FORGET_SQL ? ['a', 1] : ['a']
    const plan = driver.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(parameters)
    expect(plan.map(({ detail }) => detail)).toEqual([
      expect.stringMatching(/^SEARCH _savepoint_log USING (COVERING )?INDEX _savepoint_log_kept /),
    ])
  }
})
