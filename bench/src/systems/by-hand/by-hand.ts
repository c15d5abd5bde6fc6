import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { loadWaSqlite } from '@savepoint/client/node'
import type { Driver } from '@savepoint/sqlite'
import { openBetterSqlite3 } from '@savepoint/sqlite/better-sqlite3'
import { openWaSqlite } from '@savepoint/sqlite/wa-sqlite'
import { COUNTERS_SQL, FILL_SQL as FILL_COUNTERS_SQL } from '../../apps/keyed-counters.ts'
import { FILL_SQL as FILL_THINGS_SQL, rowsSchema } from '../../apps/rows.ts'
import { serveFile } from '../../bootstrap/file-server.ts'
import type { Hub, HubOptions, System } from '../../workloads/system.ts'
import { versionOf } from '../version-of.ts'
import { ByHandCounters } from './by-hand-counters.ts'
import { CountersInMemory } from './counters-in-memory.ts'

const NO_SYNC = 'Statements by hand are not sent anywhere; what they would have to be sent by is the sync engine.'

/** The same statements on the same engine, and the file as it is: what there is to do without any sync engine. */
export const system: System = {
  name: 'by hand',
  version: versionOf('@journeyapps/wa-sqlite', import.meta.resolve('@journeyapps/wa-sqlite')),
  notes: [
    {
      text: 'Prepared statements in one open transaction, on the wa-sqlite that Savepoint uses: nothing is captured, queued, checked or sent.',
      workloads: ['local', 'rebase', 'chromium-local', 'chromium-rebase'],
    },
    { text: 'The foreign change is known to be an UPDATE of one row; it comes from the same process.', workloads: ['rebase'] },
    {
      text: 'The foreign change is an addition to one row; it comes from the same page, where the door is.',
      workloads: ['chromium-rebase'],
    },
    {
      text: 'In a worker, on files of the origin (OPFS), in a transaction that is never flushed; a call goes with the query behind it, in one message.',
      workloads: ['chromium-local'],
    },
    {
      text: 'The SQLite file over plain HTTP, uncompressed, into memory; its server runs in the process that measures.',
      workloads: ['bootstrap'],
    },
    {
      text: 'The SQLite file over plain HTTP, uncompressed, to a file of the origin (OPFS), flushed once; worker, code and wasm are loaded within that time.',
      workloads: ['chromium-bootstrap'],
    },
  ],
  impossible: { drain: NO_SYNC, propagation: NO_SYNC, sustained: NO_SYNC, footprint: NO_SYNC },
  openHub,
  openClient: async (url) => new ByHandCounters(url, new CountersInMemory(await download(url))),
  bootstrap: async (url, things) => {
    const driver = await download(url)
    const n = driver.prepare('SELECT count(*) AS n FROM things').get()?.n
    if (n !== things) throw new Error(`The file has ${n} rows of ${things}.`)
    return { close: async () => driver.close() }
  },
  openIdle: () => Promise.reject(new Error(NO_SYNC)),
  footprint: { directory: import.meta.dirname, wasm: [fileURLToPath(import.meta.resolve('@journeyapps/wa-sqlite/dist/wa-sqlite.wasm'))] },
}

/** A file with what the hub begins with, over HTTP; its clients hear of each other in their own process. */
async function openHub({ directory, counters, things }: HubOptions): Promise<Hub> {
  const path = join(directory, 'contents.db')
  const driver = openBetterSqlite3(path)
  driver.exec(things === undefined ? COUNTERS_SQL : rowsSchema.sql)
  if (counters !== undefined) driver.prepare(FILL_COUNTERS_SQL).run({ from: 1, to: counters })
  if (things !== undefined) driver.prepare(FILL_THINGS_SQL).run({ from: 1, to: things })
  driver.close()
  const { url, close } = await serveFile(path)
  return { address: url, isInProcess: things === undefined, close: async () => close() }
}

async function download(url: string): Promise<Driver> {
  const response = await fetch(url)
  if (!response.ok) throw new Error(await response.text())
  return openWaSqlite(await loadWaSqlite(), { bytes: new Uint8Array(await response.arrayBuffer()) })
}
