import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { loadWaSqlite } from '@savepoint/client/node'
import { openBetterSqlite3 } from '@savepoint/sqlite/better-sqlite3'
import { openWaSqlite } from '@savepoint/sqlite/wa-sqlite'
import { COUNTERS_SQL, FILL_SQL as FILL_COUNTERS_SQL } from '../../apps/counters.ts'
import { FILL_SQL as FILL_THINGS_SQL, rowsSchema } from '../../apps/rows.ts'
import { serveFile } from '../../bootstrap/file-server.ts'
import type { Hub, HubOptions, System } from '../../workloads/system.ts'
import { versionOf } from '../version-of.ts'
import { ByHandCounters } from './by-hand-counters.ts'

const NO_SYNC = 'Statements by hand are not sent anywhere; what they would have to be sent by is the sync engine.'

/** The same statements on the same engine, and the file as it is: what there is to do without any sync engine. */
export const system: System = {
  name: 'by hand',
  version: versionOf('@journeyapps/wa-sqlite', import.meta.resolve('@journeyapps/wa-sqlite')),
  notes: [
    {
      text: 'Prepared statements in one open transaction, on the wa-sqlite that Savepoint uses: nothing is captured, queued, checked or sent.',
      workloads: ['local', 'rebase'],
    },
    { text: 'The foreign change is known to be an UPDATE of one row; it comes from the same process.', workloads: ['rebase'] },
    {
      text: 'The SQLite file over plain HTTP, uncompressed, into memory; its server runs in the process that measures.',
      workloads: ['bootstrap'],
    },
  ],
  impossible: { drain: NO_SYNC, propagation: NO_SYNC, sustained: NO_SYNC, footprint: NO_SYNC },
  openHub: async (options) => (options.things === undefined ? openCounters(options) : await openThings(options)),
  openClient: (address) => ByHandCounters.open(address),
  bootstrap: async (url, things) => {
    const response = await fetch(url)
    if (!response.ok) throw new Error(await response.text())
    const driver = openWaSqlite(await loadWaSqlite(), { bytes: new Uint8Array(await response.arrayBuffer()) })
    const n = driver.prepare('SELECT count(*) AS n FROM things').get()?.n
    if (n !== things) throw new Error(`The file has ${n} rows of ${things}.`)
    return { close: async () => driver.close() }
  },
  openIdle: () => Promise.reject(new Error(NO_SYNC)),
  footprint: { directory: import.meta.dirname, wasm: [fileURLToPath(import.meta.resolve('@journeyapps/wa-sqlite/dist/wa-sqlite.wasm'))] },
}

function openCounters({ directory, counters = 0 }: HubOptions): Hub {
  const driver = openBetterSqlite3(':memory:')
  driver.exec(COUNTERS_SQL)
  driver.prepare(FILL_COUNTERS_SQL).run({ from: 1, to: counters, note: '' })
  ByHandCounters.bases.set(directory, { bytes: driver.serialize(), clients: new Set() })
  driver.close()
  return { address: directory, isInProcess: true, close: async () => void ByHandCounters.bases.delete(directory) }
}

async function openThings({ directory, things }: HubOptions): Promise<Hub> {
  const path = join(directory, 'things.db')
  const driver = openBetterSqlite3(path)
  driver.exec(rowsSchema.sql)
  driver.prepare(FILL_THINGS_SQL).run({ from: 1, to: things as number })
  driver.close()
  const { url, close } = await serveFile(path)
  return { address: url, close: async () => close() }
}
