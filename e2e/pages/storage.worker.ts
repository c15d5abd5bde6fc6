import { type BrowserStorage, loadWaSqlite, openBrowserStorage, removeBrowserStorage } from '@savepoint/client/browser-storage'
import type { Driver } from '@savepoint/sqlite'
import { openWaSqlite } from '@savepoint/sqlite/wa-sqlite'

let storage: BrowserStorage
let pending: Driver
let base: Driver
let generation = 0
const all = (driver: Driver, sql: string) => driver.prepare(sql).exact()

/** A base of this many rows, all of one turn. */
async function imageOf(turn: number, rows: number): Promise<Uint8Array> {
  const driver = openWaSqlite(await loadWaSqlite())
  driver.exec(`CREATE TABLE t (id INTEGER PRIMARY KEY, turn, filler);
    WITH k(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < ${rows}) INSERT INTO t SELECT i, ${turn}, hex(randomblob(40)) FROM k`)
  const image = driver.serialize()
  driver.close()
  return image
}

/** Takes away what a browser may lack. */
function lack(missing: readonly string[]): void {
  if (missing.includes('opfs')) Object.defineProperty(navigator, 'storage', { value: {}, configurable: true })
  if (missing.includes('handles')) Reflect.deleteProperty(FileSystemFileHandle.prototype, 'createSyncAccessHandle')
  if (missing.includes('indexedDB')) Object.defineProperty(globalThis, 'indexedDB', { value: undefined, configurable: true })
}

const tasks = {
  /** Opens both databases, as a client does, and tells what is there and how long it took to the first query's end. */
  async open(options: { name: string; require?: 'disk' | 'mirror'; missing?: readonly string[] }) {
    lack(options.missing ?? [])
    const started = performance.now()
    storage = await openBrowserStorage({ ...options, module: await loadWaSqlite() })
    pending = storage.openPending()
    pending.exec('CREATE TABLE IF NOT EXISTS queue (id INTEGER PRIMARY KEY, filler); CREATE TABLE IF NOT EXISTS client (generation)')
    generation = (all(pending, 'SELECT generation FROM client')[0]?.[0] as number | undefined) ?? 0
    storage.keepOnly(generation)
    base = storage.openBase(generation)
    base.exec('CREATE TABLE IF NOT EXISTS t (id INTEGER PRIMARY KEY, turn, filler)')
    const first = all(base, 'SELECT * FROM t LIMIT 50')
    const ms = performance.now() - started
    return { kind: storage.kind, why: storage.why, rows: first.length, ms }
  },
  /** What both databases hold, and whether they are whole. */
  look() {
    return {
      queued: all(pending, 'SELECT count(*) FROM queue')[0]?.[0] as number,
      generation,
      base: all(base, 'SELECT min(turn), max(turn), count(*) FROM t')[0] as [number | null, number | null, number],
      checks: [pending, base].map((driver) => all(driver, 'PRAGMA integrity_check')[0]?.[0]),
    }
  },
  /** Commits one by one, and tells how long each took, in milliseconds. */
  async append(count: number, told = false) {
    const times: number[] = []
    const insert = pending.prepare('INSERT INTO queue (filler) VALUES (?)')
    for (let i = 0; i < count; i++) {
      const started = performance.now()
      insert.run(['x'.repeat(200)])
      await storage.flushed?.()
      times.push(performance.now() - started)
      if (told) new BroadcastChannel('commits').postMessage(i + 1)
    }
    insert.finalize()
    return times
  },
  /** Rewrites every row of the base in one transaction. */
  async rewrite(turn: number) {
    base.exec(`BEGIN; UPDATE t SET turn = ${turn}, filler = hex(randomblob(40)); COMMIT`)
    await storage.flushed?.()
  },
  async import(turn: number, rows: number) {
    const image = await imageOf(turn, rows)
    const started = performance.now()
    const fresh = storage.openBase(generation + 1, image)
    pending.exec(`BEGIN; DELETE FROM client; INSERT INTO client VALUES (${generation + 1}); COMMIT`)
    base.close()
    base = fresh
    generation++
    storage.keepOnly(generation)
    await storage.flushed?.()
    return { bytes: image.length, ms: performance.now() - started }
  },
  /** Commits and imports until the end. */
  async churn(rows: number) {
    for (let turn = 1; ; turn++) {
      await tasks.append(20, true)
      await tasks.rewrite(turn)
      if (turn % 3 === 0) await tasks.import(turn, rows)
    }
  },
  /** Speculates on the base: so many savepoints, undone by the first statement of the next. */
  speculate(count: number) {
    const write = base.prepare('UPDATE t SET turn = turn + 1, filler = ? WHERE id = ?')
    const run = () => {
      base.exec('BEGIN')
      for (let i = 0; i < count; i++) {
        base.exec('SAVEPOINT s')
        write.run([`${i}`, 1 + i * 7])
        base.exec('RELEASE s')
      }
    }
    const change = base.prepare('UPDATE t SET turn = turn + 1 WHERE id = 1')
    run()
    const times: number[] = []
    for (let i = 0; i < 30; i++) {
      const started = performance.now()
      base.exec('ROLLBACK; BEGIN')
      change.run()
      base.exec('COMMIT')
      run()
      times.push(performance.now() - started)
    }
    base.exec('ROLLBACK')
    return times
  },
  /** Fills the storage until it takes no more, and tells the error's code. */
  async fill() {
    try {
      for (;;) {
        // Not of zeros: IndexedDB packs what it keeps, so that many more of them would have to be held here before it is full.
        pending.exec('INSERT INTO queue (filler) VALUES (randomblob(1000000))')
        await storage.flushed?.()
      }
    } catch (error) {
      return (error as { code?: string }).code ?? String(error)
    }
  },
  /** Writes, and tells with what it fails. */
  write() {
    const code = (run: () => void) => {
      try {
        run()
        return 'written'
      } catch (error) {
        return (error as { code?: string }).code ?? String(error)
      }
    }
    return [pending, base].map((driver) => code(() => driver.exec('CREATE TABLE IF NOT EXISTS after_all (a)')))
  },
  release() {
    storage.release()
  },
  async close() {
    await storage.flushed?.()
    for (const driver of [pending, base]) driver.close()
    await storage.flushed?.()
    storage.release()
  },
  async remove(name: string) {
    await removeBrowserStorage(name)
  },
}

export type StorageTasks = typeof tasks

addEventListener('message', async ({ data }: MessageEvent<{ id: number; task: keyof StorageTasks; args: unknown[] }>) => {
  const { id, task, args } = data
  try {
    const value = await (tasks[task] as (...args: unknown[]) => unknown)(...args)
    postMessage({ id, value })
  } catch (error) {
    const { name, message } = error as Error
    postMessage({ id, error: { name, message } })
  }
})
