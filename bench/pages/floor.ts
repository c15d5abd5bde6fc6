import { FILL_SQL, rowsSchema } from '../src/apps/rows.ts'
import { sayReady } from '../src/browser/ready.ts'
import { ByHandWorker } from './by-hand.ts'

const query = new URLSearchParams(location.search)
const sql = query.get('sql')
const worker = new ByHandWorker()

/** Milliseconds from the start of the navigation until the engine is there, or has answered a query from its files. */
async function start(): Promise<number> {
  if (sql === null) await worker.do('instantiate')
  else {
    const params = { from: 1, to: Number(query.get('rows')) }
    await worker.do('open', { name: 'by-hand', sql: rowsSchema.sql, fill: { sql: FILL_SQL, params } })
    const rows = await worker.do('read', { sql })
    if (rows.length === 0) throw new Error('There are no rows in the file.')
  }
  return performance.now()
}

declare global {
  var floor: number
}
globalThis.floor = await start()
sayReady()
