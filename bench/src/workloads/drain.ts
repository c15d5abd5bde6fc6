import { setTimeout as sleep } from 'node:timers/promises'
import { byEffort } from '../bench.ts'
import { timedAsync } from '../measure/timed.ts'
import { type CountersClient, withHub } from './system.ts'
import { parameterOf, type Run, type Sample, type Workload } from './workload.ts'

/** Counters that mutations made offline are about, in turn. */
const COUNTERS = 1000

/** Some tidy up in the background when nothing happens: what comes before is not to fall into what is timed. */
const REST_MS = 3000

export const drain: Workload = {
  name: 'drain',
  title: 'W3 drain: made offline, until none is unconfirmed',
  timed: [
    'A client goes offline and makes N increments of 1,000 counters in turn. Timed is from going online, the handshake included, until it knows of every one that',
    'the hub has it. Client and hub are a process each. Drained before, unmeasured: so many that what runs is compiled, or none at a hub that has just started. Before the clock starts nothing happens for 3 s.',
  ],
  parameters: [
    { key: 'mutations', title: 'unconfirmed' },
    { key: 'before', title: 'before' },
  ],
  figures: [
    { key: 'seconds', title: 'seconds', unit: 's', decimals: 3, better: 'less' },
    { key: 'perMutation', title: 'µs each', unit: 'µs', decimals: 1, better: 'less' },
  ],
  sizes: (effort) => {
    const [fewer, more] = byEffort({ effort }, { smoke: [10, 20], quick: [1000, 10_000], full: [1000, 10_000] }) as [number, number]
    return [
      { mutations: fewer, before: more },
      { mutations: more, before: more },
      { mutations: more, before: 0 },
    ]
  },
  run: async (run) => await withHub(run.system, { directory: run.directory, counters: COUNTERS }, ({ address }) => measure(run, address)),
}

async function measure({ system, effort, size }: Run, address: string): Promise<Sample> {
  const [mutations, before] = [parameterOf(size, 'mutations'), parameterOf(size, 'before')]
  const client = await system.openClient(address)
  const restMs = byEffort({ effort }, { smoke: 0, quick: REST_MS, full: REST_MS })
  if (before > 0) await drainOnce(client, before, 0)
  const ms = await drainOnce(client, mutations, restMs)
  const witness = await system.openClient(address)
  const sum = await witness.sum()
  if (sum !== before + mutations) throw new Error(`Another client sees ${sum} of ${before + mutations} increments.`)
  await witness.close()
  await client.close()
  return { seconds: ms / 1000, perMutation: (ms * 1000) / mutations }
}

async function drainOnce(client: CountersClient, mutations: number, restMs: number): Promise<number> {
  await client.goOffline()
  for (let i = 0; i < mutations; i++) await client.add(`counter-${(i % COUNTERS) + 1}`)
  await sleep(restMs)
  return await timedAsync(async () => {
    await client.goOnline()
    await client.nonePending()
  })
}
