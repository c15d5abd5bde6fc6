import { startReplicaWorker } from '@savepoint/client/worker'
import { mutators, schema } from '@savepoint-demo/mutators'

startReplicaWorker({ schema, mutators })

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
