import { openHubProcess, openSocket, type System, versionOf } from '@savepoint-demo/bench/comparison'
import { type Doc, openDoc } from './yjs-client.ts'
import { YjsCounters } from './yjs-counters.ts'

/** Yjs over y-websocket and its own server. */
export const system: System = {
  name: 'Yjs',
  version: `${versionOf('yjs', import.meta.resolve('yjs'))}, y-websocket ${versionOf('y-websocket', import.meta.resolve('y-websocket'))}`,
  notes: [
    {
      text: 'A CRDT has no authority: nobody decides and nothing is replayed. Of two adds to one counter at the same time one would be lost.',
    },
    { text: 'A mutation is a read and a set in one transaction of a Y.Map: no SQL.', workloads: ['local', 'rebase'] },
    {
      text: 'Nothing is ever kept on disk: the hub holds the document in memory.',
      workloads: ['drain', 'propagation', 'sustained', 'bootstrap', 'footprint'],
    },
    { text: 'It tells nobody that something arrived; a pong that follows stands for that.', workloads: ['drain', 'sustained'] },
  ],
  impossible: {},
  openHub: (options) => openHubProcess(new URL('./yjs-server-main.ts', import.meta.url), options),
  openClient: (address) => YjsCounters.open(address),
  bootstrap: async (url, things) => {
    const { doc, close } = await openDoc(url)
    const found = (doc as Doc).getMap('things').size
    if (found !== things) throw new Error(`The client has ${found} rows of ${things}.`)
    return { close }
  },
  openIdle: (url) => openSocket(`${url}/bench`),
  footprint: { entry: "export * from 'yjs'; export { WebsocketProvider } from 'y-websocket'", directory: import.meta.dirname, wasm: [] },
}
