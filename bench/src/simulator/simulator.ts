import { expectConvergence } from '@savepoint/simulator'
import { type Bench, type BenchContext, byEffort } from '../bench.ts'
import { alternate } from '../measure/alternate.ts'
import { cpuMs } from '../measure/cpu-timed.ts'
import { statsCells, type Table } from '../report/table.ts'
import { listSimulation } from './list-app.ts'

/** Seeds of one round: each has other faults, and so other costs. */
const SEEDS = { smoke: 1, quick: 4, full: 8 } as const

const WORLDS = {
  'default world': {},
  'without faults': { faults: false, offlineShare: 0 },
  '20 clients, 1,000 calls': { clients: 20, mutations: 1000, durationMs: 60_000 },
} as const

/** How fast worlds are simulated, and what it costs to check them. */
export const simulator: Bench = {
  name: 'simulator',
  summary: 'simulated worlds a minute on one core, with all checks, against the same runs without any',
  run: async (context) => [await measure(context)],
}

async function measure(context: BenchContext): Promise<Table> {
  const rows: Table['rows'][number][] = []
  const worlds = Object.entries(WORLDS).slice(0, byEffort(context, { smoke: 1, quick: 2, full: 3 }))
  for (const [world, options] of worlds) {
    context.progress(world)
    rows.push({ world, ...(await measureWorld(context, options)) })
  }
  return {
    key: 'simulator',
    title: 'Simulated worlds: 5 clients and 200 calls, if nothing else is said',
    columns: [
      { key: 'world', title: 'world' },
      { key: 'seedMs', title: 'CPU ms a seed', decimals: 0, spread: true },
      { key: 'uncheckedMs', title: 'unchecked', decimals: 0, spread: true },
      { key: 'checks', title: "checks' share", decimals: 2, spread: true },
      { key: 'seedsPerMinute', title: 'seeds/min', decimals: 0 },
      { key: 'clientSeconds', title: 'client s/s', decimals: 0 },
      { key: 'callUs', title: 'CPU µs a call', decimals: 0 },
    ],
    rows,
    notes: [
      'By CPU time, of which a core has 60 seconds a minute.',
      "unchecked: the same seeds, without checkers and model. checks' share: of the time with them.",
      "client s/s: simulated seconds of clients' lives a real second, with all checks.",
    ],
  }
}

async function measureWorld(context: BenchContext, options: object): Promise<{ [key: string]: number }> {
  const runs = byEffort(context, SEEDS)
  const last = { clientMs: 0, calls: 0 }
  const variant = (checks: boolean) => {
    let round = 0
    return async () => {
      const before = cpuMs()
      const met = await expectConvergence({ ...listSimulation, ...options, runs, seed: `bench/${++round}`, timeMs: 600_000, checks })
      Object.assign(last, { clientMs: met.clientMs / met.runs, calls: met.calls / met.runs })
      return (cpuMs() - before) / met.runs
    }
  }
  const effort = { rounds: byEffort(context, { smoke: 1, quick: 3, full: 7 }), warmups: byEffort(context, { smoke: 0, quick: 1, full: 2 }) }
  const result = await alternate(effort, { checked: variant(true), unchecked: variant(false) })
  const [checked, ratio] = [result.of('checked'), result.ratio('unchecked', 'checked')]
  return {
    ...statsCells('seedMs', checked),
    ...statsCells('uncheckedMs', result.of('unchecked')),
    ...statsCells('checks', { median: 1 - ratio.median, min: 1 - ratio.max, max: 1 - ratio.min }),
    seedsPerMinute: 60_000 / checked.median,
    clientSeconds: last.clientMs / checked.median,
    callUs: (checked.median * 1000) / last.calls,
  }
}
