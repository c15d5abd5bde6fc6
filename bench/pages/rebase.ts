import { COUNTERS_SQL, FILL_SQL } from '../src/apps/counters.ts'
import { LongTasks } from '../src/browser/long-tasks.ts'
import { sayReady } from '../src/browser/ready.ts'
import { sharedNow } from '../src/browser/shared-now.ts'
import { untilLive } from '../src/clients/until-live.ts'
import { ByHandWorker } from './by-hand.ts'
import { openCounters } from './counters-client.ts'

/** A room of counters `counter-1` to `counter-<rows>`, of which the foreigner's is the last. */
export interface RebaseRoom {
  readonly url: string
  readonly room: string
  readonly rows: number
  readonly note: string
}

/** One round: what is pending, and how long the view took to be right after the change had come. */
export interface RebaseTimes {
  /** From the arrival of the server's message in the worker to the listener of the page's live query. */
  readonly ms: number
  /** How long the page was blocked at a time, from the calls until all is confirmed. */
  readonly longTasks: readonly number[]
}

type Row = { readonly name: string; readonly n: number }

/** Both sides, open on one page. */
async function open({ url, room, rows, note }: RebaseRoom) {
  const { client, worker } = await openCounters({ url, room, name: room })
  await untilLive(client)
  const view = `SELECT name, n, note FROM counters WHERE id > ${rows - 100} ORDER BY id`
  const foreign = `counter-${rows}`
  const live = client.live<Row>(view)
  const foreignCount = (of: readonly Row[]) => of.at(-1)?.n
  const untilForeign = (n: number) =>
    new Promise<number>((resolve) => {
      const look = () => {
        if (foreignCount(live.rows) !== n) return
        end()
        resolve(sharedNow())
      }
      const end = live.subscribe(look)
      look()
    })
  // Watched throughout, as the view on an app's screen is.
  live.subscribe(() => {})
  await untilForeign(0)
  const gate = (wanted: 'shut' | 'open') =>
    new Promise<number>((resolve) => {
      const { port1, port2 } = new MessageChannel()
      port1.onmessage = ({ data }) => resolve(data)
      worker.postMessage({ gate: wanted }, [port2])
    })
  const total = async () => (await client.query<{ n: number }>('SELECT sum(n) AS n FROM counters'))[0]?.n ?? 0
  const byHand = new ByHandWorker()
  await byHand.do('open', { name: 'by-hand', sql: COUNTERS_SQL, fill: { sql: FILL_SQL, params: { from: 1, to: rows, note } } })
  await byHand.do('begin')
  return {
    storage: client.storage.kind,
    /** @param change has another client change its counter, and waits until the server has that */
    async savepoint(names: readonly string[], change: () => Promise<void>): Promise<RebaseTimes> {
      // With nothing pending, it puts into the base what the round before has left to be put there later.
      const foreignBefore = (foreignCount(live.rows) ?? 0) + 1
      await Promise.all([untilForeign(foreignBefore), change()])
      const before = await total()
      const tasks = new LongTasks('now')
      await gate('shut')
      const handles = names.map((name) => client.mutate.add({ name, by: 1 }))
      await Promise.all(handles.map(({ durable }) => durable))
      const [seenAt] = await Promise.all([untilForeign(foreignBefore + 1), change()])
      const after = await total()
      if (after !== before + names.length + 1) throw new Error(`The view shows ${after - before} of ${names.length + 1} increments.`)
      const heardAt = await gate('open')
      await Promise.all(handles.map(({ confirmed }) => confirmed))
      return { ms: seenAt - heardAt, longTasks: await tasks.end() }
    },
    async byHand(names: readonly string[]): Promise<number> {
      const { heardAt, rows } = await byHand.do('rebase', { names, foreign, view })
      if (rows.length !== 100) throw new Error(`The view has ${rows.length} rows.`)
      return sharedNow() - heardAt
    },
  }
}

declare global {
  var openRebase: typeof open
  var rebase: Awaited<ReturnType<typeof open>>
  var changeForeign: () => Promise<void>
}
globalThis.openRebase = open
sayReady()
