import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Outcome } from '@savepoint/core'
import type { Driver } from '@savepoint/sqlite'
import { openBetterSqlite3 } from '@savepoint/sqlite/better-sqlite3'
import { openWaSqlite } from '@savepoint/sqlite/wa-sqlite'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { loadWaSqlite } from '../load-wa-sqlite.ts'
import { Disk } from '../testing/failing-driver.contract.ts'
import type { PendingMutation, SettledMutation } from './pending-mutation.ts'
import { PendingStore } from './pending-store.ts'

const module = await loadWaSqlite()
const directory = mkdtempSync(join(tmpdir(), 'savepoint-pending-'))
afterAll(() => rmSync(directory, { recursive: true }))
let files = 0

/** A place for one database, that can be opened again after a crash. */
const engines: [string, () => () => Driver][] = [
  [
    'better-sqlite3',
    () => {
      const path = join(directory, `${++files}.db`)
      return () => openBetterSqlite3(path)
    },
  ],
  [
    'wa-sqlite',
    () => {
      let driver: Driver | undefined
      return () => {
        driver = openWaSqlite(module, driver === undefined ? {} : { bytes: driver.serialize() })
        return driver
      }
    },
  ],
]

const mutation = (mutationID: number): PendingMutation => ({
  mutationID,
  name: 'add',
  args: `{"json":${mutationID}}`,
  createdAt: 1000,
  seed: `s${mutationID}`,
})
const settled = (mutationID: number, outcome: Outcome = { ok: true, value: '{"json":"ü"}' }): SettledMutation => {
  const { mutationID: _, ...rest } = mutation(mutationID)
  return { ...rest, outcome }
}
const rejected: Outcome = {
  ok: false,
  reason: 'constraint',
  code: 'unique',
  message: 'no',
  constraint: { kind: 'unique', table: 't', columns: ['a'] },
}

describe.each(engines)('%s', (_, place) => {
  let openDriver: () => Driver
  let disk: Disk
  let store: PendingStore

  const open = (newClientID = 'never') => PendingStore.open(disk.wrap(openDriver()), () => newClientID)
  /** The process ends, and another one opens the same file. */
  const crash = () => (store = open())
  const everything = (from = store) => ({ client: from.client, pending: from.pending(), settled: from.settled() })

  beforeEach(() => {
    openDriver = place()
    disk = new Disk()
    store = open('c1')
  })

  test('a new store takes a clientID, and keeps it', () => {
    expect(everything()).toEqual({ client: { clientID: 'c1', confirmed: 0, generation: 0 }, pending: [], settled: [] })
    expect(crash().client.clientID).toBe('c1')
  })

  test('[G5] what was appended survives a crash, in order', () => {
    store.append([mutation(1), mutation(2)])
    store.append([mutation(3)])
    expect(crash().pending()).toEqual([mutation(1), mutation(2), mutation(3)])
  })

  test('[G5] outcomes are kept as they came, oldest first, and only what is folded leaves the queue', () => {
    store.append([mutation(1), mutation(2), mutation(3)])
    store.settle({ settled: [settled(1), settled(2, rejected)], confirmed: 2, folded: 1 })
    expect(everything(crash())).toEqual({
      client: { clientID: 'c1', confirmed: 2, generation: 0 },
      pending: [mutation(2), mutation(3)],
      settled: [settled(1), settled(2, rejected)],
    })
    store.forget(2)
    expect(crash().pending()).toEqual([mutation(3)])
  })

  test('a whole new queue, identity and base come at once', () => {
    store.append([mutation(1), mutation(2)])
    store.replace({ clientID: 'c2', confirmed: 0, generation: 7 }, [{ ...mutation(2), mutationID: 1 }], [settled(1)])
    expect(everything(crash())).toEqual({
      client: { clientID: 'c2', confirmed: 0, generation: 7 },
      pending: [{ ...mutation(2), mutationID: 1 }],
      settled: [settled(1)],
    })
  })

  test('an outcome that is dismissed is gone; one that is not there is no error', () => {
    store.settle({ settled: [settled(1, rejected), settled(2, rejected)], confirmed: 2, folded: 2 })
    store.dismiss('s1')
    store.dismiss('unheard of')
    expect(crash().settled()).toEqual([settled(2, rejected)])
  })

  test('an outcome that comes twice is kept once', () => {
    store.settle({ settled: [settled(1)], confirmed: 1, folded: 1 })
    store.settle({ settled: [settled(1)], confirmed: 1, folded: 1 })
    expect(store.settled()).toEqual([settled(1)])
  })

  test('[G10] the last 1,000 confirmed are kept, whatever failures lie between, and all failures', () => {
    const all = Array.from({ length: 3000 }, (_, i) => settled(i + 1, i % 2 === 0 ? rejected : undefined))
    store.settle({ settled: all.slice(0, 2999), confirmed: 2999, folded: 2999 })
    store.settle({ settled: all.slice(2999), confirmed: 3000, folded: 3000 })
    const kept = crash().settled()
    expect(kept.filter(({ outcome }) => !outcome.ok)).toHaveLength(1500)
    expect(kept.filter(({ outcome }) => outcome.ok)).toEqual(all.filter(({ outcome }) => outcome.ok).slice(-1000))
  })

  describe('on a full disk', () => {
    test.each<[string, (store: PendingStore) => void]>([
      ['append', (on) => on.append([mutation(3), mutation(4)])],
      ['settle', (on) => on.settle({ settled: [settled(1)], confirmed: 1, folded: 1 })],
      ['replace', (on) => on.replace({ clientID: 'c2', confirmed: 9, generation: 9 }, [], [settled(2)])],
    ])('%s changes nothing, says why, and works afterwards', (_, change) => {
      store.append([mutation(1), mutation(2)])
      const before = everything()
      disk.failCommit(1)
      expect(() => change(store)).toThrow(expect.objectContaining({ name: 'SqliteError', code: 'SQLITE_FULL' }))
      expect(everything()).toEqual(before)
      expect(everything(crash())).toEqual(before)
      change(store)
      expect(everything()).not.toEqual(before)
    })

    test('half a write is none', () => {
      let inserts = 0
      disk.failWhen((sql) => sql.startsWith('INSERT INTO pending') && ++inserts === 2)
      expect(() => store.append([mutation(1), mutation(2)])).toThrow(/disk is full/)
      expect(store.pending()).toEqual([])
      store.append([mutation(1)])
      expect(crash().pending()).toEqual([mutation(1)])
    })
  })
})
