import { openHubProcess, openSocket, type System, versionOf } from '@savepoint-demo/bench/comparison'
import { bootstrapReplicache } from './replicache-client.ts'
import { ReplicacheCounters } from './replicache-counters.ts'

/** Replicache, with the least of a server: push and pull over HTTP, a poke over a WebSocket, rows with versions in SQLite. */
export const system: System = {
  name: 'Replicache',
  version: versionOf('replicache', import.meta.resolve('replicache')),
  notes: [
    {
      text: "It keeps no SQL: reads are by key, and what a mutation touches is a value. Its storage is in memory (kvStore 'mem').",
      workloads: ['local', 'rebase', 'bootstrap'],
    },
    {
      text: "It keeps no SQL: reads are by key, and what a mutation touches is a value. It runs on the page itself, and reads and writes memory: what is new goes to IndexedDB (kvStore 'idb') in the background, when the page is idle or after a second, and is lost with a tab that ends before.",
      workloads: ['chromium-local', 'chromium-rebase', 'chromium-bootstrap'],
    },
    {
      text: 'It brings no server. This one is ours, and does the least: better-sqlite3, WAL, synchronous=FULL, one commit a push, a lastMutationID for each client; no rules, no log, no checks.',
      workloads: ['drain', 'propagation', 'sustained', 'bootstrap', 'footprint', 'chromium-bootstrap'],
    },
    {
      text: 'Its pushDelay and minDelayMs are 0 (10 and 30 ms by default) and a poke is pulled at once, so that it is at its fastest.',
      workloads: ['propagation', 'sustained'],
    },
    { text: 'A mutation counts as confirmed when a pull has told of it, a moment before that shows.', workloads: ['sustained'] },
  ],
  impossible: {},
  openHub: (options) => openHubProcess(new URL('./replicache-server-main.ts', import.meta.url), options),
  openClient: (address) => ReplicacheCounters.open(address, { storage: 'mem', openSocket }),
  bootstrap: (url, things) => bootstrapReplicache(url, 'mem', things),
  openIdle: (url) => openSocket(url.replace(/^http/, 'ws')),
  footprint: { entry: "export { Replicache } from 'replicache'", directory: import.meta.dirname, wasm: [] },
}
