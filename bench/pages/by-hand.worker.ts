import { type BrowserStorage, loadWaSqlite, openBrowserStorage } from '@savepoint/client/browser-storage'
import type { Driver } from '@savepoint/sqlite'
import type { CountersStatements } from '../src/apps/counters.ts'
import { CountersByHand } from '../src/apps/counters-by-hand.ts'
import { sharedNow } from '../src/browser/shared-now.ts'

interface Fill {
  readonly sql: string
  readonly params: { readonly [name: string]: string | number }
}

let storage: BrowserStorage
let driver: Driver
let counters: CountersByHand

/** The statements of the apps on the same engine in the same files, with nothing around them. */
const tasks = {
  /** The least that a message there and back takes. */
  echo: (message: unknown) => message,
  /** What any page with SQLite in it has to wait for. */
  async instantiate() {
    await loadWaSqlite()
  },
  /** Opens a database, and runs what makes it what it is to be, if it is new. */
  async open({ name, sql, fill }: { readonly name: string; readonly sql: string; readonly fill?: Fill }) {
    storage = await openBrowserStorage({ name, module: loadWaSqlite(), require: 'disk' })
    driver = storage.openBase(0)
    driver.exec('PRAGMA cache_spill = OFF')
    if (driver.prepare('SELECT count(*) AS n FROM sqlite_master').get()?.n !== 0) return
    driver.exec(sql)
    if (fill !== undefined) driver.prepare(fill.sql).run(fill.params)
  },
  /** Puts a database file from a server on disk, and opens it. */
  async download({ name, url }: { readonly name: string; readonly url: string }) {
    const [module, response] = await Promise.all([loadWaSqlite(), fetch(url)])
    if (!response.ok) throw new Error(await response.text())
    storage = await openBrowserStorage({ name, module, require: 'disk' })
    driver = storage.openBase(0, new Uint8Array(await response.arrayBuffer()))
  },
  read: ({ sql }: { readonly sql: string }) => driver.prepare(sql).all(),
  begin(statements?: CountersStatements) {
    driver.exec('BEGIN')
    counters = new CountersByHand(driver, statements)
  },
  count({ add, of }: { readonly add: readonly string[]; readonly of: string }) {
    for (const name of add) counters.add({ name, by: 1 })
    return counters.count(of)
  },
  /** Undoes what was added last, changes one row for good, adds anew, and reads. */
  rebase({ names, foreign, view }: { readonly names: readonly string[]; readonly foreign: string; readonly view: string }) {
    const heardAt = sharedNow()
    driver.exec('ROLLBACK; BEGIN')
    counters.add({ name: foreign, by: 1 })
    driver.exec('COMMIT; BEGIN')
    for (const name of names) counters.add({ name, by: 1 })
    return { heardAt, rows: driver.prepare(view).all() }
  },
  close() {
    driver.close()
    storage.release()
  },
}

export type ByHandTasks = typeof tasks

addEventListener('message', async ({ data }: MessageEvent<{ id: number; task: keyof ByHandTasks; argument: unknown }>) => {
  const { id, task, argument } = data
  try {
    postMessage({ id, value: await (tasks[task] as (argument: unknown) => unknown)(argument) })
  } catch (error) {
    postMessage({ id, error: String(error) })
  }
})
