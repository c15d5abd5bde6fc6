import { Child } from '../../processes/child.ts'
import type { Usage } from '../../processes/usage.ts'
import { openSocket } from '../../socket/open-socket.ts'
import type { Hub, System } from '../../workloads/system.ts'
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
  openHub,
  openClient: (address) => BareCounters.open(address),
  bootstrap: () => Promise.reject(new Error(NO_DATA)),
  openIdle: openSocket,
  footprint: { directory: import.meta.dirname, wasm: [] },
}

async function openHub(): Promise<Hub> {
  const child = new Child(new URL('./relay-main.ts', import.meta.url))
  const address = await child.call<string>('serve')
  return { address, usageAtRest: () => child.call<Usage>('usageAtRest'), close: () => child.stop() }
}
