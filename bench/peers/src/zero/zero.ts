import { type Hub, type HubOptions, openHubProcess, type System, versionOf } from '@savepoint-demo/bench/comparison'
import { openZero } from './zero-client.ts'
import { ZeroCounters } from './zero-counters.ts'
import { queries, zql } from './zero-schema.ts'

/** Zero: zero-cache as it comes, over a PostgreSQL of its own, with the API server that an app has. */
export const system: System = {
  name: 'Zero',
  version: versionOf('@rocicorp/zero', import.meta.resolve('@rocicorp/zero')),
  notes: [
    {
      text: 'Its hub is zero-cache, on the Node 22 that it asks for, a PostgreSQL as it comes, and an API server of ours that does the least, all on this machine. Client and API server run on the Node of all others.',
      workloads: ['drain', 'propagation', 'sustained', 'bootstrap'],
    },
    {
      text: 'Each mutation is a transaction of PostgreSQL, which has it on disk before anyone is told.',
      workloads: ['drain', 'propagation', 'sustained'],
    },
    {
      text: "It keeps no SQL in the client: reads are ZQL over objects in memory, a sum is made of all rows. Its storage is in memory (kvStore 'mem').",
      workloads: ['local', 'rebase', 'sustained', 'bootstrap'],
    },
    {
      text: 'It tries to connect every 5 s, and a try that takes 10 s is given up: after a long time offline up to 5 s pass before it notices the network. By default it refuses mutations after five minutes offline; here it does not.',
      workloads: ['drain'],
    },
    {
      text: 'What an idle connection takes is not measured: its hub is several processes, whose garbage nobody outside can have collected.',
      workloads: ['footprint'],
    },
  ],
  impossible: {},
  openHub,
  openClient: (address) => ZeroCounters.open(address),
  bootstrap: async (url, things) => {
    const { zero, close } = openZero(url)
    await zero.preload(queries.things()).complete
    const found = (await zero.run(zql.things)).length
    if (found !== things) throw new Error(`The client has ${found} rows of ${things}.`)
    return { close }
  },
  openIdle: () => Promise.reject(new Error('Its idle connections are not measured.')),
  footprint: {
    entry: "export { createSchema, defineMutators, table, Zero } from '@rocicorp/zero'",
    directory: import.meta.dirname,
    wasm: [],
  },
}

/** Nobody can ask it what it uses. */
async function openHub(options: HubOptions): Promise<Hub> {
  const { address, close } = await openHubProcess(new URL('./zero-server-main.ts', import.meta.url), options)
  return { address, close }
}
