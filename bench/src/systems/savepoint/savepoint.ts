import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createClient } from '@savepoint/client/node'
import { keyedCountersMutators as mutators, keyedCountersSchema as schema } from '../../apps/keyed-counters.ts'
import { rowsMutators, rowsSchema } from '../../apps/rows.ts'
import { fillRoom } from '../../bootstrap/fill-room.ts'
import { untilLive } from '../../clients/until-live.ts'
import { startServerProcess } from '../../processes/server-process.ts'
import { openListener } from '../../socket/listener.ts'
import type { Hub, HubOptions, System } from '../../workloads/system.ts'
import { versionOf } from '../version-of.ts'
import { GatedTransport } from './gated-transport.ts'
import { ROOM } from './room.ts'
import { SavepointCounters } from './savepoint-counters.ts'
import { untilThings } from './until-things.ts'

/** Counters of one mutation: below the server's limit of rows. */
const COUNTERS_A_MUTATION = 10_000

/** Ours: the packages as they are published, a server in a process of its own. */
export const system: System = {
  name: 'Savepoint',
  version: versionOf('@savepoint/client', import.meta.resolve('@savepoint/client')),
  notes: [
    {
      text: 'Each batch is on disk (WAL, synchronous=FULL) before anyone is told of it.',
      workloads: ['drain', 'propagation', 'sustained'],
    },
    {
      text: 'No unconfirmed mutation has looked at the row that changes, so that it is shown beside them and none is replayed. Where one has, all are: npm run bench -- rebase.',
      workloads: ['rebase', 'chromium-rebase'],
    },
    {
      text: 'The replica is in a worker, on files of the origin (OPFS): each call and each query is a message there and back, and calls are flushed to disk in the turn that they come in.',
      workloads: ['chromium-local', 'chromium-rebase'],
    },
    { text: 'The door is in the worker, so that opening it costs a message as well.', workloads: ['chromium-rebase'] },
    {
      text: 'The worker, its code and the wasm are loaded within that time, and the rows are flushed to disk.',
      workloads: ['chromium-bootstrap'],
    },
  ],
  impossible: {},
  openHub,
  openClient,
  bootstrap: async (url, things) => {
    const client = await createClient({ schema: rowsSchema, mutators: rowsMutators, url, room: ROOM })
    await untilThings(client, things)
    return client
  },
  openIdle: (url) => openListener({ url, room: ROOM, schema }),
  footprint: {
    entry: "export { createClient } from '@savepoint/client/browser'; export { defineMutators, defineSchema } from '@savepoint/core'",
    worker: "export { startReplicaWorker } from '@savepoint/client/worker'; export { defineMutators, defineSchema } from '@savepoint/core'",
    directory: import.meta.dirname,
    wasm: [fileURLToPath(import.meta.resolve('@journeyapps/wa-sqlite/dist/wa-sqlite.wasm'))],
  },
}

/** A client in this process, its replica in memory. */
async function openClient(url: string): Promise<SavepointCounters> {
  let gated: GatedTransport | undefined
  const client = await createClient({
    schema,
    mutators,
    url,
    room: ROOM,
    wrapTransport: (transport) => {
      gated = new GatedTransport(transport)
      return gated
    },
  })
  await untilLive(client)
  return new SavepointCounters(client, () => (gated as GatedTransport).shutDoor())
}

async function openHub({ directory, counters, things }: HubOptions): Promise<Hub> {
  const server = await startServerProcess({ directory: join(directory, 'server'), app: things === undefined ? 'keyed-counters' : 'rows' })
  if (things !== undefined) await fillRoom(server.url, ROOM, things)
  if (counters !== undefined) await fillCounters(server.url, counters)
  return { address: server.url, usageAtRest: server.usageAtRest, close: server.stop }
}

async function fillCounters(url: string, counters: number): Promise<void> {
  const client = await createClient({ schema, mutators, url, room: ROOM })
  for (let from = 1; from <= counters; from += COUNTERS_A_MUTATION) {
    const to = Math.min(counters, from + COUNTERS_A_MUTATION - 1)
    await client.mutate.fill({ from, to }).confirmed.unwrap()
  }
  await client.close()
}
