import { openHubProcess, openSocket, type System, versionOf } from '@savepoint-demo/bench/comparison'
import { openStore } from './tinybase-client.ts'
import { TinyBaseCounters } from './tinybase-counters.ts'

/** TinyBase: mergeable stores over its own WebSocket synchronizer and server. */
export const system: System = {
  name: 'TinyBase',
  version: versionOf('tinybase', import.meta.resolve('tinybase')),
  notes: [
    {
      text: 'A CRDT has no authority: nobody decides and nothing is replayed. Of two adds to one counter at the same time one would be lost.',
    },
    { text: 'A mutation is a read and a set of a cell in one transaction: no SQL.', workloads: ['local', 'rebase'] },
    {
      text: 'Nothing is ever kept on disk: the hub holds the store in memory.',
      workloads: ['drain', 'propagation', 'sustained', 'bootstrap', 'footprint'],
    },
    { text: "It tells nobody that something arrived. That the hub's store has it is asked over HTTP.", workloads: ['drain'] },
    { text: 'It tells nobody that something arrived; a pong that follows stands for that.', workloads: ['sustained'] },
  ],
  impossible: {},
  openHub: (options) => openHubProcess(new URL('./tinybase-server-main.ts', import.meta.url), options),
  openClient: (address) => TinyBaseCounters.open(address),
  bootstrap: async (url, things) => {
    const { store, close } = await openStore(url)
    while (store.getRowCount('things') < things) {
      await new Promise<void>((resolve) => {
        const id = store.addRowCountListener('things', () => {
          store.delListener(id)
          resolve()
        })
      })
    }
    return { close }
  },
  openIdle: (url) => openSocket(`${url}/bench`),
  footprint: {
    entry:
      "export { createMergeableStore } from 'tinybase'; export { createWsSynchronizer } from 'tinybase/synchronizers/synchronizer-ws-client'",
    directory: import.meta.dirname,
    wasm: [],
  },
}
