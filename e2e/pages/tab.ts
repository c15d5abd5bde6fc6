import { createClient } from '@savepoint/client/browser'
import type { mutators } from '@savepoint-demo/mutators'

const query = new URLSearchParams(location.search)
const url = query.get('url') ?? location.origin
const room = query.get('room') ?? 'room'

const workers: Worker[] = []

/** A tab of an app, in the hands of a test. */
const client = await createClient<typeof mutators>({
  worker: () => {
    const worker = new Worker(new URL('./replica.worker.ts', import.meta.url), { type: 'module', name: `tab-${crypto.randomUUID()}` })
    workers.push(worker)
    return worker
  },
  url,
  room,
})

const seen: string[] = []

/** Notes each result of a live query. */
function watch(): void {
  const live = client.live<{ name: string; count: number }>('SELECT name, count FROM Categories ORDER BY name')
  live.subscribe(() => seen.push(live.rows.map(({ name, count }) => `${name} ${count}`).join()))
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
  var tab: { client: typeof client; workers: Worker[]; seen: string[]; watch(): void; leads(): Promise<boolean> }
}
globalThis.tab = { client, workers, seen, watch, leads }
