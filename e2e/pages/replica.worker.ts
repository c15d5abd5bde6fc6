import { startReplicaWorker } from '@savepoint/client/worker'
import { mutators, newerSchema, schema } from './tab-app.ts'

// A worker can be told something before it runs by its name alone.
if (self.name.startsWith('broken')) throw new Error('This worker was told to be broken.')
startReplicaWorker({ schema: self.name.startsWith('newer') ? newerSchema : schema, mutators })

/** For tests: tells whether this worker has a lock, or does nothing else for a while. */
addEventListener('message', async ({ data, ports }: MessageEvent<{ holds?: string; busyMs?: number }>) => {
  const until = performance.now() + (data.busyMs ?? 0)
  while (performance.now() < until) {}
  const name = data.holds
  if (name === undefined) return
  await navigator.locks.request(`of-${crypto.randomUUID()}`, async (own) => {
    const { held = [] } = await navigator.locks.query()
    const me = held.find((lock) => lock.name === own?.name)?.clientId
    ports[0]?.postMessage(held.some((lock) => lock.name === name && lock.clientId === me))
  })
})
