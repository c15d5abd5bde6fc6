import { byEffort } from '../bench.ts'
import { quantile } from '../measure/stats.ts'
import { type CountersClient, withHub } from './system.ts'
import { type ClientsRun, parameterOf, type Sample, type Workload } from './workload.ts'

/** Mutations before those that count: what a process that has just started compiles is no part of the comparison. */
const WARMUP_MUTATIONS = 2000

export const local: Workload = {
  name: 'local',
  title: 'W1 local: a call, until a query shows it',
  timed: [
    'A client has the base and goes offline. Then come 10,000 named mutations, one after the other: each reads a counter by name, inserts it or adds 1 to it,',
    'is awaited unless it shows at once, and is read back by a query. Half of the names are in the base. Timed is each call with its query; 2,000 before do not count.',
  ],
  parameters: [
    { key: 'base', title: 'base rows' },
    { key: 'mutations', title: 'mutations' },
  ],
  figures: [
    { key: 'rate', title: 'mutations/s', unit: '/s', decimals: 0, better: 'more' },
    { key: 'p50', title: 'p50 µs', unit: 'µs', decimals: 1, better: 'less' },
    { key: 'p99', title: 'p99 µs', unit: 'µs', decimals: 1, better: 'less' },
  ],
  sizes: (effort) => [
    byEffort(
      { effort },
      { smoke: { base: 10, mutations: 20 }, quick: { base: 1000, mutations: 10_000 }, full: { base: 1000, mutations: 10_000 } },
    ),
  ],
  run: async (run) =>
    await withHub(run.system, { directory: run.directory, counters: parameterOf(run.size, 'base') }, ({ address }) =>
      measureLocal(run, address),
    ),
}

export async function measureLocal({ system, size }: ClientsRun, address: string): Promise<Sample> {
  const [base, mutations] = [parameterOf(size, 'base'), parameterOf(size, 'mutations')]
  const client = await system.openClient(address)
  await client.goOffline()
  const warmups = Math.min(WARMUP_MUTATIONS, mutations)
  await addOneByOne(client, base, 0, warmups)
  const { ms, times } = await addOneByOne(client, base, warmups, mutations)
  await client.close()
  return { rate: (mutations * 1000) / ms, p50: quantile(times, 0.5) * 1000, p99: quantile(times, 0.99) * 1000 }
}

async function addOneByOne(client: CountersClient, base: number, first: number, count: number): Promise<{ ms: number; times: number[] }> {
  const names = base * 2
  const times: number[] = new Array(count)
  const start = performance.now()
  for (let i = 0; i < count; i++) {
    const name = `counter-${((first + i) % names) + 1}`
    const called = performance.now()
    const shows = client.add(name)
    // What shows at once is not to be waited for: a turn of its own may be a message of its own.
    if (shows instanceof Promise) await shows
    const shown = await client.count(name)
    times[i] = performance.now() - called
    const expected = Math.floor((first + i) / names) + 1
    if (shown !== expected) throw new Error(`After mutation ${first + i + 1} a query shows ${shown} instead of ${expected}.`)
  }
  return { ms: performance.now() - start, times }
}
