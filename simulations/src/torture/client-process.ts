import { seededRandom } from '@savepoint/core'
import { writeJournal } from './journal.ts'
import { LoadClient, type LoadClientName, type LoadState } from './load-client.ts'

/** What a client process is told when it starts. */
export interface ClientOrders {
  readonly clients: readonly LoadClientName[]
  readonly seed: string
}

/** From then on: to call no more, or to tell how all stand. */
export type ClientRequest = { readonly type: 'stop' } | { readonly type: 'tell' }

export type ClientReply =
  | { readonly type: 'opened' }
  | { readonly type: 'stopped' }
  | { readonly type: 'told'; readonly states: readonly LoadState[] }

const RETRY_EVERY_MS = 100

const { clients, seed } = JSON.parse(process.argv[2] ?? '') as ClientOrders
const stop = new AbortController()
const answer = (reply: ClientReply) => process.send?.(reply)

process.on('disconnect', () => process.exit())
process.on('uncaughtException', (error) => {
  writeJournal({ type: 'problem', text: `a client process has failed: ${error.stack}` })
  process.exit(1)
})

const loads = await Promise.all(
  clients.map((client) => LoadClient.open({ ...client, random: seededRandom(`${client.name} ${seed}`), write: writeJournal })),
)
setInterval(() => {
  for (const load of loads) load.retry()
}, RETRY_EVERY_MS)
const runs = Promise.all(loads.map((load) => load.run(stop.signal)))
process.on('message', (request: ClientRequest) => void reply(request))
answer({ type: 'opened' })

async function reply({ type }: ClientRequest): Promise<void> {
  if (type === 'stop') {
    stop.abort()
    await runs
    answer({ type: 'stopped' })
  } else {
    for (const load of loads) load.collect()
    answer({ type: 'told', states: await Promise.all(loads.map((load) => load.state())) })
  }
}
