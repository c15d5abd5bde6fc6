import { seededRandom } from '@savepoint/core'
import type { Driver } from '@savepoint/sqlite'
import { beforeEach, describe, expect, test } from 'vitest'
import { loadWaSqlite } from '../load-wa-sqlite.ts'
import type { BrowserStorage } from './browser-storage.ts'
import { FILE_NAMES } from './file-storage.ts'
import { HandMirrorStore } from './hand-mirror-store.contract.ts'
import { Mirror } from './mirror.ts'
import { mirrorStorage } from './mirror-storage.ts'

const module = await loadWaSqlite()

let store: HandMirrorStore
let storage: BrowserStorage
beforeEach(async () => {
  store = new HandMirrorStore()
  storage = await open()
})

async function open(): Promise<BrowserStorage> {
  return mirrorStorage(module, await Mirror.open(store, FILE_NAMES), 'no files')
}

const rows = (driver: Driver) => driver.prepare('SELECT a FROM t ORDER BY a').exact().flat()
async function afterCrash(): Promise<BrowserStorage> {
  store = store.crash()
  return await open()
}

describe('a mirror', () => {
  test('has what was committed once it is flushed, and nothing of it before', async () => {
    const driver = storage.openPending()
    driver.exec('CREATE TABLE t (a)')
    await storage.flushed?.()
    store.isOpen = false
    driver.exec('INSERT INTO t VALUES (1)')
    let isFlushed = false
    const flushed = storage.flushed?.().then(() => {
      isFlushed = true
    })
    await Promise.resolve()
    expect(isFlushed).toBe(false)
    expect(rows((await afterCrashOfCopy()).openPending())).toEqual([])
    store.letGo()
    await flushed
    expect(rows((await afterCrash()).openPending())).toEqual([1])
  })

  /** The writing one goes on. */
  async function afterCrashOfCopy(): Promise<BrowserStorage> {
    const copy = new HandMirrorStore()
    const files = await store.load()
    await copy.write(
      new Map(
        [...files].map(([name, file]) => [
          name,
          { size: file.getSize(), chunks: new Map([...file.chunks.entries()].filter(([, c]) => c)) },
        ]),
      ),
    )
    return mirrorStorage(module, await Mirror.open(copy, FILE_NAMES), 'no files')
  }

  test('writes all that was committed in one turn at once, and what comes meanwhile with the next', async () => {
    const [pending, base] = [storage.openPending(), storage.openBase(0)]
    for (const driver of [pending, base]) driver.exec('CREATE TABLE t (a)')
    await storage.flushed?.()
    const before = store.writes
    for (let i = 0; i < 50; i++) for (const driver of [pending, base]) driver.exec(`INSERT INTO t VALUES (${i})`)
    await storage.flushed?.()
    expect(store.writes - before).toBe(1)
    store.isOpen = false
    pending.exec('INSERT INTO t VALUES (50)')
    await Promise.resolve()
    await Promise.resolve()
    for (let i = 51; i < 60; i++) pending.exec(`INSERT INTO t VALUES (${i})`)
    store.letGo()
    await storage.flushed?.()
    expect(store.writes - before).toBe(3)
    expect(rows((await afterCrash()).openPending())).toHaveLength(60)
  })

  test('that cannot be written says so, and writes all of it when it can', async () => {
    const driver = storage.openPending()
    driver.exec('CREATE TABLE t (a)')
    await storage.flushed?.()
    store.fails = new Error('quota')
    driver.exec('INSERT INTO t VALUES (1)')
    await expect(storage.flushed?.()).rejects.toThrow('quota')
    driver.exec('INSERT INTO t VALUES (2)')
    await expect(storage.flushed?.()).rejects.toThrow('quota')
    store.fails = undefined
    await storage.flushed?.()
    expect(rows((await afterCrash()).openPending())).toEqual([1, 2])
  })

  test('keeps nothing of what was rolled back, and follows a file that shrinks', async () => {
    const base = storage.openBase(0)
    base.exec(`CREATE TABLE t (a); INSERT INTO t VALUES (zeroblob(${4 * 64 * 1024}))`)
    await storage.flushed?.()
    base.exec('BEGIN; INSERT INTO t VALUES (1); ROLLBACK; DELETE FROM t; VACUUM')
    base.exec('INSERT INTO t VALUES (2)')
    await storage.flushed?.()
    const again = (await afterCrash()).openBase(0)
    expect(rows(again)).toEqual([2])
    expect(again.prepare('PRAGMA integrity_check').exact()).toEqual([['ok']])
  })

  test('writes nothing once it is released', async () => {
    const driver = storage.openPending()
    driver.exec('CREATE TABLE t (a)')
    await storage.flushed?.()
    store.isOpen = false
    driver.exec('INSERT INTO t VALUES (1)')
    const last = storage.flushed?.()
    storage.release()
    store.letGo()
    await expect(last).rejects.toThrow('closed')
    expect(() => driver.exec('INSERT INTO t VALUES (2)')).toThrow('disk I/O error')
    await expect(storage.flushed?.()).rejects.toThrow('let go')
    expect(rows((await afterCrash()).openPending())).toEqual([])
  })
})

test('[G5] at any crash both databases are as they were at one moment, after all that was flushed', async () => {
  const random = seededRandom('mirror')
  const int = (max: number) => Math.floor(random() * max)
  let [turn, flushed] = [0, 0]
  for (let life = 0; life < 40; life++) {
    const [pending, base] = [storage.openPending(), storage.openBase(0)]
    for (const driver of [pending, base]) driver.exec('CREATE TABLE IF NOT EXISTS t (a, filler)')
    for (let step = 0; step < 30; step++) {
      turn++
      // The queue is always a commit ahead of the base.
      pending.exec(`DELETE FROM t WHERE a % 7 = 0; INSERT INTO t VALUES (${turn}, zeroblob(${int(40_000)}))`)
      if (int(3) === 0) await storage.flushed?.()
      base.exec(`DELETE FROM t WHERE a % 5 = 0; INSERT INTO t VALUES (${turn}, zeroblob(${int(40_000)}))`)
      if (int(4) !== 0) continue
      await storage.flushed?.()
      flushed = turn
    }
    // What is under way now ends, or does not.
    if (int(2) === 0) store.isOpen = false
    storage = await afterCrash()
    const [ahead, behind] = [storage.openPending(), storage.openBase(0)].map((driver) => {
      expect(driver.prepare('PRAGMA integrity_check').exact()).toEqual([['ok']])
      const last = driver.prepare('SELECT max(a) FROM t').exact()[0]?.[0] as number
      driver.close()
      return last
    }) as [number, number]
    expect(behind).toBeGreaterThanOrEqual(flushed)
    expect([0, 1]).toContain(ahead - behind)
    turn = ahead
    // What the queue has, the base gets: as a client does at its start.
    const base2 = storage.openBase(0)
    if (behind < ahead) base2.exec(`INSERT INTO t VALUES (${ahead}, NULL)`)
    base2.close()
    await storage.flushed?.()
    flushed = turn
  }
})
