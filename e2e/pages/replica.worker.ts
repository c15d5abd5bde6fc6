import { startReplicaWorker } from '@savepoint/client/worker'
import { mutators, schema } from '@savepoint-demo/mutators'

startReplicaWorker({ schema, mutators })

/** Tells a test whether this worker has a lock. */
addEventListener('message', async ({ data, ports }: MessageEvent<{ holds?: string }>) => {
  const name = data.holds
  if (name === undefined) return
  await navigator.locks.request(`of-${crypto.randomUUID()}`, async (own) => {
    const { held = [] } = await navigator.locks.query()
    const me = held.find((lock) => lock.name === own?.name)?.clientId
    ports[0]?.postMessage(held.some((lock) => lock.name === name && lock.clientId === me))
  })
})
