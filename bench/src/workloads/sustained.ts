import { setTimeout as sleep } from 'node:timers/promises'
import { byEffort } from '../bench.ts'
import { type CountersClient, withHub } from './system.ts'
import { parameterOf, type Run, type Sample, type Workload } from './workload.ts'

/** How often a client that has not all yet is asked for its sum. */
const LOOK_EVERY_MS = 2

export const sustained: Workload = {
  name: 'sustained',
  title: 'W4 sustained: all clients of a room write in a closed loop',
  timed: [
    'C clients in one process, the hub in another. Each has a window of its own mutations under way, and calls the next one when one is confirmed, for 8 s (3 s with',
    "--quick). The rate is of all that were confirmed, over the time until every client's sum of all counters is that total. Each client has a counter of its own.",
  ],
  parameters: [
    { key: 'clients', title: 'clients' },
    { key: 'window', title: 'window' },
  ],
  figures: [{ key: 'rate', title: 'confirmed/s', unit: '/s', decimals: 0, better: 'more' }],
  sizes: (effort) => {
    const sizes = [
      { clients: 1, window: 100 },
      { clients: 10, window: 20 },
      { clients: 100, window: 2 },
    ]
    return byEffort({ effort }, { smoke: sizes.slice(0, 2), quick: sizes, full: sizes })
  },
  run: async (run) => await withHub(run.system, { directory: run.directory, counters: 1 }, ({ address }) => measure(run, address)),
}

async function measure({ system, effort, size }: Run, address: string): Promise<Sample> {
  const window = parameterOf(size, 'window')
  const clients: CountersClient[] = []
  for (let i = 0; i < parameterOf(size, 'clients'); i++) clients.push(await system.openClient(address))
  const warmupMs = byEffort({ effort }, { smoke: 0, quick: 500, full: 1000 })
  const before = await flood(clients, window, warmupMs, 0)
  const start = performance.now()
  const after = await flood(clients, window, byEffort({ effort }, { smoke: 50, quick: 3000, full: 8000 }), before)
  const rate = ((after - before) * 1000) / (performance.now() - start)
  for (const client of clients) await client.close()
  return { rate }
}

/** Resolves to the sum of all counters, when every client shows it. */
async function flood(clients: readonly CountersClient[], window: number, ms: number, before: number): Promise<number> {
  const end = performance.now() + ms
  let total = before
  const one = async (client: CountersClient, name: string) => {
    do {
      await client.addConfirmed(name)
      total++
    } while (performance.now() < end)
  }
  await Promise.all(clients.flatMap((client, i) => Array.from({ length: window }, () => one(client, `client-${i}`))))
  for (const client of clients) while ((await client.sum()) !== total) await sleep(LOOK_EVERY_MS)
  return total
}
