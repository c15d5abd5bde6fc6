import { fileURLToPath } from 'node:url'
import { openHubProcess, openSocket, type System, versionOf } from '@savepoint-demo/bench/comparison'
import { openStore } from './livestore-client.ts'
import { LiveStoreCounters } from './livestore-counters.ts'

/** LiveStore: a store in memory for each client, over a sync backend of ours. */
export const system: System = {
  name: 'LiveStore',
  version: versionOf('@livestore/livestore', import.meta.resolve('@livestore/livestore')),
  notes: [
    {
      text: 'Its own sync backends need Cloudflare, Electric or S2. This one is ours and does what its interface asks for, no more: a log of events in better-sqlite3, WAL, synchronous=FULL, one commit a push; no rules, no checks.',
      workloads: ['drain', 'propagation', 'sustained', 'bootstrap', 'footprint'],
    },
    {
      text: 'It has events in the place of mutations: they say what was done, and what they do to the tables is one upsert here, without a read before it.',
      workloads: ['local', 'rebase', 'drain'],
    },
    {
      text: 'Its leader, which runs each event once more on databases of its own, is in the same thread, as adapter-node has it in memory; an app can put it into a worker.',
      workloads: ['local', 'rebase', 'drain', 'propagation', 'sustained'],
    },
    {
      text: 'Only who has all events can push. Of several clients that push at the same time one is heard; the others rebase and push again.',
      workloads: ['sustained'],
    },
    { text: 'An event counts as confirmed when it is back from the hub, a moment before that shows.', workloads: ['drain', 'sustained'] },
    {
      text: 'It has no snapshots: an empty client runs all events from the first one. Each row has one of its own.',
      workloads: ['bootstrap'],
    },
    { text: 'Its JS is without its shared worker and without a sync backend.', workloads: ['footprint'] },
  ],
  impossible: {},
  openHub: (options) => openHubProcess(new URL('./livestore-server-main.ts', import.meta.url), options),
  openClient: (address) => LiveStoreCounters.open(address),
  bootstrap: async (url, things) => {
    const { store, close } = await openStore(url)
    const found = store.query<{ n: number }[]>({ query: 'SELECT count(*) AS n FROM things', bindValues: {} })[0]?.n
    if (found !== things) throw new Error(`The client has ${found} rows of ${things}.`)
    return { close }
  },
  openIdle: async (url) => {
    const socket = await openSocket(url)
    socket.send(JSON.stringify({ follow: Number.MAX_SAFE_INTEGER }))
    return socket
  },
  footprint: {
    entry: `export { createStorePromise, Events, makeSchema, State } from '@livestore/livestore'
      export { makePersistedAdapter } from '@livestore/adapter-web'`,
    worker: "export { makeWorker } from '@livestore/adapter-web/worker'",
    directory: import.meta.dirname,
    wasm: [fileURLToPath(new URL('../../node_modules/@livestore/wa-sqlite/dist/wa-sqlite.wasm', import.meta.url))],
  },
}
