import { offerClients } from '@savepoint-demo/bench/page'
import { bootstrapReplicache } from '../src/replicache/replicache-client.ts'
import { ReplicacheCounters } from '../src/replicache/replicache-counters.ts'

offerClients({
  openClient: (address) => ReplicacheCounters.open(address, { storage: 'idb', openSocket }),
  bootstrap: (address, things) => bootstrapReplicache(address, 'idb', things),
})

function openSocket(url: string): Promise<WebSocket> {
  const socket = new WebSocket(url)
  return new Promise((resolve, reject) => {
    socket.onopen = () => resolve(socket)
    socket.onerror = () => reject(new Error(`There is no WebSocket at ${url}.`))
  })
}
