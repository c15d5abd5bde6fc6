import { createClient, loadWaSqlite } from '@savepoint/client/node'
import type { LocalRun, Place } from '../../pages/local.ts'
import { countersMutators, countersSchema } from '../apps/counters.ts'
import { type Bench, type BenchContext, byEffort } from '../bench.ts'
import { withChromium } from '../browser/chromium.ts'
import { alternate } from '../measure/alternate.ts'
import { quantile } from '../measure/stats.ts'
import { withServer } from '../processes/with-server.ts'
import { statsCells, type Table } from '../report/table.ts'
import { byHandIncrementer } from './by-hand-incrementer.ts'
import { type Increments, increment, type Pace } from './incrementer.ts'
import { savepointIncrementer } from './savepoint-incrementer.ts'

type Row = Table['rows'][number]
type Run = (who: LocalRun['who'], pace: Pace, increments: number) => Promise<Increments>

/** What a call costs the one who makes it. */
export const local: Bench = {
  name: 'local',
  summary: 'increments by name, from the call until a query shows it: in Node, in Chromium, through a worker',
  run: measure,
}

async function measure(context: BenchContext): Promise<readonly Table[]> {
  const rows = await measurePlace(context, 'Node, in place', ['one by one', 'all at once'], runInNode)
  const echo: Row[] = []
  await withServer(context, 'counters', ({ url }) =>
    withChromium(context, async (pages) => {
      const page = await pages.open('local')
      let runs = 0
      const runIn =
        (place: Place): Run =>
        (who, pace, increments) =>
          page.evaluate((run) => globalThis.local.run(run), { place, who, pace, increments, url, name: `local-${++runs}` })
      rows.push(...(await measurePlace(context, 'Chromium, in place', ['one by one', 'all at once'], runIn('in place'))))
      rows.push(...(await measurePlace(context, 'Chromium, worker', ['one by one', 'all at once'], runIn('worker'))))
      rows.push(...(await measurePlace(context, 'Chromium, worker, online', ['one by one'], runIn('worker, online'))))
      const times = await page.evaluate((count) => globalThis.local.echo(count), incrementsOf(context))
      echo.push({ engine: pages.version, p50: quantile(times, 0.5) * 1000, p99: quantile(times, 0.99) * 1000 })
    }),
  )
  return [
    {
      key: 'local',
      title: `${incrementsOf(context).toLocaleString('en-US')} increments by name, until a query shows them`,
      columns: [
        { key: 'place', title: 'where' },
        { key: 'pace', title: 'pace' },
        { key: 'rate', title: 'Savepoint/s', spread: true },
        { key: 'byHandRate', title: 'by hand/s', spread: true },
        { key: 'ratio', title: 'ratio', decimals: 2, spread: true },
        { key: 'p50', title: 'p50 µs', decimals: 1 },
        { key: 'p99', title: 'p99 µs', decimals: 1 },
        { key: 'byHandP50', title: 'by hand p50', decimals: 1 },
        { key: 'byHandP99', title: 'p99', decimals: 1 },
      ],
      rows,
      notes: [
        'one by one: a call, then a query that shows it, which is awaited before the next call; p50 and p99 are of both together.',
        'all at once: all calls in one turn, then a query. p50 and p99 are of a call alone: in place, what it did shows when it returns.',
        'In place the replica is in memory. In the worker it is on the origin’s files (client.storage.kind is "disk", or it fails), and each turn is flushed.',
        'by hand: the same statements, prepared, in one open transaction that is never flushed; in a worker, one message there and one back.',
        'online: connected to a server in a process of its own, so that mutations are pushed and confirmed meanwhile. Else offline.',
      ],
    },
    {
      key: 'echo',
      title: 'A bare message to a worker and back, in microseconds',
      columns: [
        { key: 'engine', title: 'Chromium' },
        { key: 'p50', title: 'p50', decimals: 1 },
        { key: 'p99', title: 'p99', decimals: 1 },
      ],
      rows: echo,
    },
  ]
}

function incrementsOf(context: BenchContext): number {
  return byEffort(context, { smoke: 20, quick: 10_000, full: 10_000 })
}

async function measurePlace(context: BenchContext, place: string, paces: readonly Pace[], run: Run): Promise<Row[]> {
  const rows: Row[] = []
  for (const pace of paces) {
    context.progress(`${place}, ${pace}`)
    const increments = incrementsOf(context)
    const times = { savepoint: [] as number[], byHand: [] as number[] }
    const variant = (who: LocalRun['who']) => async () => {
      const taken = await run(who, pace, increments)
      times[who].push(...taken.times)
      return taken.ms / increments
    }
    const rounds = byEffort(context, { smoke: 1, quick: 3, full: 11 })
    const warmups = byEffort(context, { smoke: 0, quick: 1, full: 2 })
    const result = await alternate({ rounds, warmups }, { savepoint: variant('savepoint'), byHand: variant('byHand') })
    const rate = (who: LocalRun['who']) => {
      const { median, min, max } = result.of(who)
      return { median: 1000 / median, min: 1000 / max, max: 1000 / min }
    }
    rows.push({
      place,
      pace,
      ...statsCells('rate', rate('savepoint')),
      ...statsCells('byHandRate', rate('byHand')),
      ...statsCells('ratio', result.ratio('savepoint', 'byHand')),
      p50: quantile(times.savepoint, 0.5) * 1000,
      p99: quantile(times.savepoint, 0.99) * 1000,
      byHandP50: quantile(times.byHand, 0.5) * 1000,
      byHandP99: quantile(times.byHand, 0.99) * 1000,
    })
  }
  return rows
}

const runInNode: Run = async (who, pace, increments) => {
  const incrementer =
    who === 'byHand'
      ? byHandIncrementer(await loadWaSqlite())
      : savepointIncrementer(
          await createClient({
            schema: countersSchema,
            mutators: countersMutators,
            url: 'http://127.0.0.1',
            room: 'none',
            autoStart: false,
          }),
        )
  try {
    return await increment(incrementer, pace, increments)
  } finally {
    await incrementer.close()
  }
}
