import { fileURLToPath } from 'node:url'
import { openHubProcess, openSocket, type System, versionOf } from '@savepoint-demo/bench/comparison'
import { CrSqliteCounters } from './cr-sqlite-counters.ts'
import { CrSqliteReplica } from './cr-sqlite-replica.ts'

const MODULE = import.meta.resolve('@vlcn.io/crsqlite-wasm')

/** cr-sqlite's wasm build; the changes that its tables give go over a WebSocket to a hub that merges them and passes them on. */
export const system: System = {
  name: 'cr-sqlite',
  version: versionOf('@vlcn.io/crsqlite-wasm', MODULE),
  notes: [
    {
      text: 'A CRDT has no authority: nobody decides and nothing is replayed. Of two adds to one counter at the same time one would be lost.',
    },
    { text: 'It keeps SQL. Each statement is awaited, as its build is the asynchronous one.', workloads: ['local', 'rebase'] },
    {
      text: 'It brings no server for its wasm build. The hub is ours and does the least: the same wasm build in memory, which merges all changes and passes them on. Nothing is ever on disk.',
      workloads: ['drain', 'propagation', 'sustained', 'bootstrap', 'footprint'],
    },
  ],
  impossible: {},
  openHub: (options) => openHubProcess(new URL('./cr-sqlite-server-main.ts', import.meta.url), options),
  openClient: (address) => CrSqliteCounters.open(address),
  bootstrap: async (url, things) => {
    const replica = await CrSqliteReplica.open(url)
    const [[found]] = (await replica.database.execA('SELECT count(*) FROM things')) as [[number]]
    if (found !== things) throw new Error(`The client has ${found} rows of ${things}.`)
    return replica
  },
  openIdle: (url) => openSocket(url),
  footprint: {
    entry: "export { default } from '@vlcn.io/crsqlite-wasm'",
    directory: import.meta.dirname,
    wasm: [fileURLToPath(new URL('./crsqlite.wasm', MODULE))],
  },
}
