import { createClient } from '@savepoint/client/browser'
import type { keyedCountersMutators } from '../../src/apps/keyed-counters.ts'
import type { rowsMutators } from '../../src/apps/rows.ts'
import { untilLive } from '../../src/clients/until-live.ts'
import { ROOM } from '../../src/systems/savepoint/room.ts'
import { SavepointCounters } from '../../src/systems/savepoint/savepoint-counters.ts'
import { untilThings } from '../../src/systems/savepoint/until-things.ts'
import { offerClients } from '../../src/workloads/offer-clients.ts'
import { WorkerDoor } from './worker-door.ts'

/** Each client has a replica of its own, on the origin's files. */
function replica(url: string) {
  return { url, room: ROOM, name: crypto.randomUUID(), storage: 'disk' } as const
}

offerClients({
  async openClient(url) {
    let worker: Worker | undefined
    const client = await createClient<typeof keyedCountersMutators>({
      ...replica(url),
      worker: () => {
        worker = new Worker(new URL('./counters-behind-door.worker.ts', import.meta.url), { type: 'module' })
        return worker
      },
    })
    await untilLive(client)
    return new SavepointCounters(client, () => WorkerDoor.shut(worker as Worker))
  },
  async bootstrap(url, things) {
    const client = await createClient<typeof rowsMutators>({
      ...replica(url),
      worker: () => new Worker(new URL('../rows.worker.ts', import.meta.url), { type: 'module' }),
    })
    await untilThings(client, things)
    return client
  },
})
