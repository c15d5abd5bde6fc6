import { setTimeout as sleep } from 'node:timers/promises'
import { byEffort } from '../bench.ts'
import { quantile } from '../measure/stats.ts'
import { withHub } from './system.ts'
import type { Run, Sample, Workload } from './workload.ts'

/** From one call to the next. */
const INTERVAL_MS = 10

/** Calls before those that count. */
const WARMUP_CALLS = 50

export const propagation: Workload = {
  name: 'propagation',
  title: "W4 propagation: from one client's call to another's read",
  timed: [
    'Two clients in one process, the hub in another. A calls a mutation every 10 ms; timed is from the call until B is told of the new count and reads it.',
    'The first 50 do not count.',
  ],
  parameters: [],
  figures: [
    { key: 'p50', title: 'p50 ms', unit: 'ms', decimals: 2, better: 'less' },
    { key: 'p99', title: 'p99 ms', unit: 'ms', decimals: 2, better: 'less' },
  ],
  sizes: () => [{}],
  run: async (run) => await withHub(run.system, { directory: run.directory, counters: 1 }, ({ address }) => measure(run, address)),
}

async function measure({ system, effort }: Run, address: string): Promise<Sample> {
  const calls = byEffort({ effort }, { smoke: 5, quick: 300, full: 800 })
  const warmups = byEffort({ effort }, { smoke: 0, quick: WARMUP_CALLS, full: WARMUP_CALLS })
  const a = await system.openClient(address)
  const b = await system.openClient(address)
  const calledAt: number[] = []
  const times: number[] = []
  let allSeen = () => {}
  const seen = new Promise<void>((resolve) => (allSeen = resolve))
  const end = b.watch('counter-1', (count) => {
    const now = performance.now()
    while (times.length < count) times.push(now - (calledAt[times.length] as number))
    if (count === warmups + calls) allSeen()
  })
  const start = performance.now()
  for (let i = 0; i < warmups + calls; i++) {
    await sleep(Math.max(0, start + i * INTERVAL_MS - performance.now()))
    calledAt.push(performance.now())
    await a.add('counter-1')
  }
  await seen
  end()
  await a.close()
  await b.close()
  const counted = times.slice(warmups)
  return { p50: quantile(counted, 0.5), p99: quantile(counted, 0.99) }
}
