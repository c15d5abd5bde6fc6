import { createClient } from '@savepoint/client/browser'
import { reachWorkerServer } from '@savepoint/server/page'
import type { mutators } from './tab-app.ts'

const query = new URLSearchParams(location.search)
/** A service worker's script, if that is to be the server. */
const script = query.get('script')
const url = script === null ? (query.get('url') ?? location.origin) : await reachWorkerServer(script, { type: 'module' })
const room = query.get('room') ?? 'room'
const storage = (query.get('storage') ?? undefined) as 'disk' | 'mirror' | 'memory' | undefined

const workers: Worker[] = []
const seen: string[] = []
const events: string[] = []
/** How often this page was asked for a token. */
const asked = { count: 0 }

/** A tab of an app, in the hands of a test. */
const client = await createClient<typeof mutators>({
  worker: () => {
    const name = `${sessionStorage.getItem('worker') ?? query.get('worker') ?? 'sound'} ${workers.length}`
    const worker = new Worker(new URL('./replica.worker.ts', import.meta.url), { type: 'module', name })
    workers.push(worker)
    return worker
  },
  url,
  room,
  ...(storage && { storage }),
  ...(query.has('name') && { name: query.get('name') as string }),
  ...(query.has('transport') && { transport: query.get('transport') as 'http' }),
  ...(query.has('token') && { token }),
  onEvent: (event) => events.push(event.type === 'failed' ? `failed: ${(event.error as Error).message}` : event.type),
})

/** As an app has it that signs in on one of its tabs: each tab has its own. */
async function token(): Promise<string | undefined> {
  asked.count++
  return sessionStorage.getItem('token') ?? undefined
}

/** Notes each result of a live query. */
function watch(sql = "SELECT name || ' ' || count AS text FROM Categories ORDER BY name"): void {
  const live = client.live<{ text: string }>(sql)
  live.subscribe(() => seen.push(live.rows.map(({ text }) => text).join()))
}

/** True if this tab's worker leads. */
function leads(): Promise<boolean> {
  const { port1, port2 } = new MessageChannel()
  return new Promise((resolve) => {
    port1.onmessage = ({ data }) => resolve(data)
    workers.at(-1)?.postMessage({ holds: `savepoint:${new URL(url, location.href).href} ${room}` }, [port2])
  })
}

declare global {
  var tab: {
    client: typeof client
    workers: Worker[]
    seen: string[]
    events: string[]
    asked: { count: number }
    watch(sql?: string): void
    leads(): Promise<boolean>
  }
}
globalThis.tab = { client, workers, seen, events, asked, watch, leads }
