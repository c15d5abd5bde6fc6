import { createClient } from '@savepoint/client/browser'
import type { mutators } from '@savepoint-demo/mutators'

const query = new URLSearchParams(location.search)
const url = query.get('url') ?? location.origin
const room = query.get('room') ?? 'room'

/** A tab of an app, in the hands of a test. */
const client = await createClient<typeof mutators>({
  worker: () => new Worker(new URL('./replica.worker.ts', import.meta.url), { type: 'module' }),
  url,
  room,
})

declare global {
  var tab: { client: typeof client }
}
globalThis.tab = { client }
