import { byEffort } from '../bench.ts'
import { statsOf } from '../measure/stats.ts'
import { withHub } from './system.ts'
import { type ClientsRun, parameterOf, type Run, type Sample, type Size, type Workload } from './workload.ts'

/** Rows that lie far apart in the base are a step of this many from each other. */
const STRIDE = 7919

export const rebase: Workload = {
  name: 'rebase',
  title: 'W2 rebase: one foreign change below N unconfirmed mutations',
  timed: [
    'A client has the base and N increments of counters all over it that cannot leave. Another client changes another counter. Once that change is at the',
    "client's door, ready to be read from its socket, the clock starts; it stops when a query shows it. Then the client's own counters are checked.",
    'The figure of a run is the median of several such changes, one after the other.',
  ],
  parameters: [
    { key: 'base', title: 'base rows' },
    { key: 'pending', title: 'unconfirmed' },
  ],
  figures: [{ key: 'ms', title: 'ms', unit: 'ms', decimals: 2, better: 'less' }],
  sizes,
  run: async (run) =>
    await withHub(run.system, { directory: run.directory, counters: parameterOf(run.size, 'base') }, ({ address }) =>
      measureRebase(run, address),
    ),
}

function sizes(effort: Run['effort']): readonly Size[] {
  const pending = byEffort({ effort }, { smoke: [1, 10], quick: [1, 100, 1000], full: [1, 10, 100, 1000] })
  const [small, large] = byEffort({ effort }, { smoke: [20, 40], quick: [1000, 50_000], full: [1000, 50_000] }) as [number, number]
  const many = pending.at(-1) as number
  return [...pending.map((pending) => ({ base: small, pending })), { base: large, pending: many }]
}

export async function measureRebase({ system, effort, size }: ClientsRun, address: string): Promise<Sample> {
  const [base, pending] = [parameterOf(size, 'base'), parameterOf(size, 'pending')]
  const client = await system.openClient(address)
  const foreigner = await system.openClient(address)
  const door = await client.shutDoor()
  const own = new Map<string, number>()
  for (let i = 0; i < pending; i++) {
    const name = `counter-${1 + ((i * STRIDE) % (base - 1))}`
    own.set(name, (own.get(name) ?? 0) + 1)
    await client.add(name)
  }
  const foreign = `counter-${base}`
  let shows = (_: number) => {}
  // Watched throughout, as what is on an app's screen is.
  const end = client.watch(foreign, (count) => shows(count))
  const times: number[] = []
  const warmups = byEffort({ effort }, { smoke: 0, quick: 3, full: 5 })
  const changes = byEffort({ effort }, { smoke: 2, quick: 7, full: 15 })
  for (let change = 1; change <= warmups + changes; change++) {
    await foreigner.addConfirmed(foreign)
    await door.arrived()
    const shown = new Promise<void>((resolve) => {
      shows = (count) => count === change && resolve()
    })
    const start = performance.now()
    door.letIn()
    await shown
    const ms = performance.now() - start
    if (change > warmups) times.push(ms)
    for (const [name, count] of own) {
      const found = await client.count(name)
      if (found !== count) throw new Error(`After ${change} foreign changes ${name} shows ${found} instead of ${count}.`)
    }
  }
  end()
  for (const name of own.keys()) if ((await foreigner.count(name)) !== 0) throw new Error(`${name} has left, though the door was shut.`)
  await foreigner.close()
  await client.close()
  return { ms: statsOf(times).median }
}
