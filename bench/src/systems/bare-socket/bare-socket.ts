import { openSocket } from '../../socket/open-socket.ts'
import { openHubProcess } from '../../workloads/hub-process.ts'
import type { System } from '../../workloads/system.ts'
import { versionOf } from '../version-of.ts'
import { BareCounters } from './bare-counters.ts'

const NO_DATA = 'A bare socket has no data of its own.'

/** What the transport takes, and nothing else: a WebSocket server that sends what comes to all who are connected. */
export const system: System = {
  name: 'bare WebSocket',
  version: versionOf('ws', import.meta.resolve('ws')),
  notes: [
    {
      text: 'A message that names a counter is passed on to all; nobody decides, keeps or checks anything.',
      workloads: ['propagation', 'sustained'],
    },
    { text: 'A page has WebSockets anyway.', workloads: ['footprint'] },
  ],
  impossible: { local: NO_DATA, rebase: NO_DATA, drain: NO_DATA, bootstrap: NO_DATA },
  openHub: (options) => openHubProcess(new URL('./relay-main.ts', import.meta.url), options),
  openClient: (address) => BareCounters.open(address),
  bootstrap: () => Promise.reject(new Error(NO_DATA)),
  openIdle: openSocket,
  footprint: { directory: import.meta.dirname, wasm: [] },
}
