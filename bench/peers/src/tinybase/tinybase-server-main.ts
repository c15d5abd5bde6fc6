import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answer, type HubOptions, openSocket, usageAtRest } from '@savepoint-demo/bench/comparison'
import { createMergeableStore, type MergeableStore } from 'tinybase'
import { createCustomPersister, type Persists } from 'tinybase/persisters'
import { createWsServer } from 'tinybase/synchronizers/synchronizer-ws-server'
import { WebSocketServer } from 'ws'
import { makeThing } from '../contents.ts'
import { openStore } from './tinybase-client.ts'

/** When it starts to serve a path, the server asks those who are there, and waits as long as this for an answer. */
const REQUEST_SECONDS_MAX = 1

/** Its enum is for the type checker alone. */
const MERGEABLE_STORE_ONLY = 2 as Persists.MergeableStoreOnly

let close = async () => {}
/** Before, nobody answers, and that is known. */
let isServing = false

answer('tinybase-server', { serve, usageAtRest }, () => close())

async function serve({ counters = 0, things = 0 }: HubOptions): Promise<string> {
  const store = createMergeableStore()
  store.transaction(() => {
    for (let i = 1; i <= counters; i++) store.setCell('counters', `counter-${i}`, 'n', 0)
    for (let i = 1; i <= things; i++) store.setRow('things', String(i), { ...makeThing(i) })
  })
  const server = createServer((_, response) => response.end(String(sumOf(store))))
  const sockets = createWsServer(
    new WebSocketServer({ server, perMessageDeflate: false }),
    () => inMemory(store),
    (error) => isServing && process.stderr.write(`tinybase: ${String(error)}\n`),
    REQUEST_SECONDS_MAX,
  )
  close = async () => {
    await sockets.destroy()
    server.close()
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`
  // A path ends when nobody is there any more, and takes its time to start. This one is always there, and never says anything.
  await openSocket(`${url}/bench`)
  const first = await openStore(url)
  await first.close()
  isServing = true
  return url
}

/** The server keeps a store of its own only behind a persister. This one keeps it nowhere. */
function inMemory(store: MergeableStore) {
  return createCustomPersister(
    store,
    async () => undefined,
    async () => {},
    () => undefined,
    () => {},
    undefined,
    MERGEABLE_STORE_ONLY,
  )
}

function sumOf(store: MergeableStore): number {
  let sum = 0
  store.forEachRow('counters', (name) => {
    sum += Number(store.getCell('counters', name, 'n'))
  })
  return sum
}
