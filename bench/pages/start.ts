import { createClient } from '@savepoint/client/browser'
import type { rowsMutators } from '../src/apps/rows.ts'
import { LongTasks } from '../src/browser/long-tasks.ts'
import { sayReady } from '../src/browser/ready.ts'
import { untilLive } from '../src/clients/until-live.ts'

/** What became of a load of the page. */
interface Start {
  /** From the start of the navigation to the first query's rows. */
  readonly ms: number
  readonly rows: number
  readonly storage: string
}

/** What a page went through while it got its first copy of the room. */
interface Bootstrap {
  /** From the start of the navigation until the view has all its rows. */
  readonly ms: number
  readonly longTasks: readonly number[]
}

const query = new URLSearchParams(location.search)
const longTasks = new LongTasks('load')

const client = await createClient<typeof rowsMutators>({
  worker: () => new Worker(new URL('./rows.worker.ts', import.meta.url), { type: 'module' }),
  url: query.get('url') ?? '',
  room: query.get('room') ?? '',
  name: query.get('name') ?? '',
  storage: 'disk',
})
const first = await client.query(query.get('sql') ?? '')
globalThis.start = { ms: performance.now(), rows: first.length, storage: client.storage.kind }

/** Watches the first rows of the room, as many as that, from the start. */
async function watchFirst(rows: number): Promise<Bootstrap> {
  const live = client.live('SELECT * FROM things ORDER BY id LIMIT ?', [rows])
  await new Promise<void>((resolve) => {
    const end = live.subscribe(() => {
      if (live.rows.length < rows) return
      end()
      resolve()
    })
  })
  const ms = performance.now()
  await untilLive(client)
  return { ms, longTasks: await longTasks.end() }
}

declare global {
  var start: Start
  var whenLive: () => Promise<void>
  var bootstrap: (rows: number) => Promise<Bootstrap>
}
globalThis.whenLive = () => untilLive(client)
globalThis.bootstrap = watchFirst
sayReady()
