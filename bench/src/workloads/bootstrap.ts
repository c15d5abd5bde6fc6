import { byEffort, type Effort } from '../bench.ts'
import { type Stats, statsOf } from '../measure/stats.ts'
import { Child } from '../processes/child.ts'
import { type BootstrapOptions, type Bootstrapped, measureBootstrap } from './measure-bootstrap.ts'
import { type Hub, withHub } from './system.ts'
import { parameterOf, type Run, type Sample, type Workload } from './workload.ts'

export const MB = 1_000_000

/** From so many rows on most of a run goes into filling the hub. */
const MANY_THINGS = 1_000_000

export const bootstrap: Workload = {
  name: 'bootstrap',
  title: 'W5 bootstrap: all rows to an empty client',
  timed: [
    'The hub holds N rows: an id, texts of 16, 32 and 64 characters that hardly compress, two integers. Timed is from a client that has nothing, in a process that has',
    'just started, until a query has counted all rows. A run has several such clients, each in a process of its own, and its figures are their medians; the first is not',
    'counted, so that what a hub prepares once is not either. Bytes are all that its sockets received. Peak RSS is of the whole process.',
  ],
  parameters: [{ key: 'things', title: 'rows' }],
  figures: [
    { key: 'seconds', title: 'seconds', unit: 's', decimals: 3, better: 'less' },
    { key: 'megabytes', title: 'MB received', unit: 'MB', decimals: 1, better: 'less' },
    { key: 'peak', title: 'peak RSS MB', unit: 'MB', decimals: 0, better: 'less' },
  ],
  sizes: (effort) => byEffort({ effort }, { smoke: [100], quick: [50_000], full: [50_000, MANY_THINGS] }).map((things) => ({ things })),
  runsMax: (size) => (parameterOf(size, 'things') < MANY_THINGS ? Number.POSITIVE_INFINITY : 2),
  run: async (run) =>
    await withHub(run.system, { directory: run.directory, things: parameterOf(run.size, 'things') }, (hub) => measure(run, hub)),
}

/** Clients of one run. */
export function clientsOf(effort: Effort): number {
  return byEffort({ effort }, { smoke: 1, quick: 2, full: 4 })
}

async function measure({ system, module, effort, size }: Run, hub: Hub): Promise<Sample> {
  const things = parameterOf(size, 'things')
  const bootstrapped: Bootstrapped[] = []
  const clients = clientsOf(effort)
  for (let i = 0; i < clients; i++) {
    if (hub.isInProcess) bootstrapped.push(await measureBootstrap(system, hub.address, things))
    else bootstrapped.push(await inFreshProcess({ module, address: hub.address, things }))
  }
  const counted = clients === 1 ? bootstrapped : bootstrapped.slice(1)
  const of = (figure: (one: Bootstrapped) => number): Stats => statsOf(counted.map(figure))
  return {
    seconds: of(({ ms }) => ms / 1000).median,
    megabytes: hub.isInProcess ? null : of(({ bytes }) => bytes / MB).median,
    peak: hub.isInProcess ? null : of(({ peakRssBytes }) => peakRssBytes / MB).median,
  }
}

async function inFreshProcess(options: BootstrapOptions): Promise<Bootstrapped> {
  const child = new Child(new URL('./bootstrap-main.ts', import.meta.url))
  try {
    return await child.call<Bootstrapped>('bootstrap', options)
  } finally {
    await child.stop()
  }
}
