import { join } from 'node:path'
import type { SqlParams } from '@savepoint/core'
import type { Driver } from '@savepoint/sqlite'
import { openBetterSqlite3 } from '@savepoint/sqlite/better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import { ClientRecords } from '../room/client-records.ts'
import { createEngineTables, RoomMeta } from '../room/room-meta.ts'
import { temporaryDirectory } from '../testing/temporary-directory.ts'
import {
  CUT_CLIENTS_SQL,
  EmbeddedLog,
  FORGET_CUT_SQL,
  FORGET_SQL,
  NEXT_CLIENT_SQL,
  OLDEST_SQL,
  OUTCOMES_SQL,
  STRIP_SQL,
  YOUNG_SQL,
} from './embedded-log.ts'
import { describeRoomLog } from './room-log.contract.ts'
import type { LogEntry } from './room-log.ts'
import type { LogUnderTest } from './room-log-rules.ts'

interface OpenLog extends LogUnderTest {
  rollBack(entries: readonly LogEntry[]): void
  acknowledge(clientID: string, confirmed: number): void
  reopen(): EmbeddedLog
}

function open(): OpenLog {
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
    acknowledge: (clientID, confirmed) => clients.acknowledge(clientID, confirmed),
    reopen: () => new EmbeddedLog(writer, reader),
  }
}

describeRoomLog('the embedded log', open)

test('what the room rolls back was never appended', async () => {
  const { log, rollBack } = open()
  rollBack([entryOf(1, 'a')])
  expect(await log.claim('e')).toMatchObject({ version: 0 })
  expect(await log.outcomes('a', 0, 1)).toEqual([])
})

test('[G10] cutting the log looks at no entry that it does not cut, however many are kept for clients that do not come back', () => {
  const driver = openBetterSqlite3(':memory:')
  onTestFinished(() => driver.close())
  createEngineTables(driver)
  new EmbeddedLog(driver, driver)
  const planOf = (sql: string, parameters: SqlParams) => planOn(driver, sql, parameters)
  const kept = 'SEARCH _savepoint_log USING INDEX _savepoint_log_kept'
  const range = 'SEARCH _savepoint_log USING INTEGER PRIMARY KEY'
  expect(planOf(NEXT_CLIENT_SQL, ['a'])).toEqual([`${kept} (clientID>?)`])
  expect(planOf(FORGET_SQL, ['a', 1])).toEqual([`${kept} (clientID=? AND mutationID<?)`])
  expect(planOf(YOUNG_SQL, [1, 2, 3])).toEqual([`${range} (rowid>? AND rowid<?)`])
  expect(planOf(OLDEST_SQL, [1])).toEqual([`${range} (rowid<?)`])
  expect(planOf(FORGET_CUT_SQL, [1, 2])).toEqual([
    `${range} (rowid>? AND rowid<?)`,
    'CORRELATED SCALAR SUBQUERY 1',
    'SEARCH client USING PRIMARY KEY (clientID=?)',
  ])
  expect(planOf(STRIP_SQL, [1, 2])).toEqual([`${range} (rowid>? AND rowid<?)`])
  expect(planOf(CUT_CLIENTS_SQL, [1, 2])).toEqual([`${range} (rowid>? AND rowid<?)`, 'USE TEMP B-TREE FOR DISTINCT'])
})

test('a client’s outcomes are found by steps from one to the one before, however long the log is', () => {
  const driver = openBetterSqlite3(':memory:')
  onTestFinished(() => driver.close())
  createEngineTables(driver)
  new EmbeddedLog(driver, driver)
  const plan = planOn(driver, OUTCOMES_SQL, { clientID: 'a', after: 1, to: 2 })
  expect(plan.filter((step) => /^(SEARCH|SCAN)/.test(step))).toEqual([
    'SEARCH client USING PRIMARY KEY (clientID=?)',
    'SEARCH log USING INTEGER PRIMARY KEY (rowid=?)',
    'SCAN chain',
    'SEARCH log USING INTEGER PRIMARY KEY (rowid=?)',
    'SCAN chain',
  ])
})

test('[G10] a client that confirms without pushing anything more has its turn to be asked, among however many', async () => {
  const { log, append } = open()
  await log.claim('e')
  const count = 450
  const clients = Array.from({ length: count }, (_, i) => `client-${String(i).padStart(3, '0')}`)
  await append(clients.map((clientID, i) => entryOf(i + 1, clientID)))
  const keep = { floor: count, since: 0, outcomes: 1000, outcomesSince: 0 }
  await log.truncate(keep, () => 0)
  const left = async () => (await Promise.all(clients.map((clientID) => log.outcomes(clientID, 0, count)))).flat().length
  expect(await left()).toBe(count)
  let calls = 0
  while ((await left()) > 0) {
    await log.truncate(keep, () => 1)
    calls++
  }
  expect(calls).toBe(3)
})

test('[G10] what is confirmed when it is cut goes at once, and nothing of what is not', async () => {
  const { log, append, acknowledge } = open()
  await log.claim('e')
  await append([1, 2, 3, 4, 5].map((version) => entryOf(version, 'a', version)))
  acknowledge('a', 3)
  await log.truncate({ floor: 4, since: 0, outcomes: 5, outcomesSince: 0 }, () => 0)
  expect((await log.outcomes('a', 0, 5)).map(({ mutationID }) => mutationID)).toEqual([4, 5])
})

test('[G10] what is kept is counted anew when the log is opened again', async () => {
  const under = open()
  await under.log.claim('e')
  await under.append([1, 2, 3].map((version) => entryOf(version, 'a', version)))
  await under.log.truncate({ floor: 3, since: 0, outcomes: 3, outcomesSince: 0 }, () => 0)
  const again = under.reopen()
  await again.truncate({ floor: 3, since: 0, outcomes: 1, outcomesSince: 0 }, () => 0)
  expect((await again.outcomes('a', 0, 3)).map(({ mutationID }) => mutationID)).toEqual([3])
})

function planOn(driver: Driver, sql: string, parameters: SqlParams): string[] {
  const plan = driver.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(parameters)
  return plan.map(({ detail }) => String(detail).replace(' COVERING', ''))
}

function entryOf(version: number, clientID: string, mutationID = 1): LogEntry {
  const [args, changes, outcome] = ['', '[]', '{}']
  const previous = mutationID === 1 ? 0 : version - 1
  return { version, clientID, mutationID, seed: 's', name: 'n', args, changes, outcome, author: '', at: 0, digest: '', previous }
}
