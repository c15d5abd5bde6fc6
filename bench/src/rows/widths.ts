import { join } from 'node:path'
import { type BenchContext, byEffort } from '../bench.ts'
import { alternate } from '../measure/alternate.ts'
import { timedAsync } from '../measure/timed.ts'
import { statsCells, type Table } from '../report/table.ts'
import { type EngineCommits, engineCommits } from '../server-commit/engine-commits.ts'
import { WatchedClient } from './watched-client.ts'

const ROWS = 100
const QUERY = ['SELECT n FROM counters WHERE id = ?', [1]] as const

/** One number changes in rows that hold a text besides. */
export async function measureWidths(context: BenchContext): Promise<Table> {
  const widths = byEffort(context, { smoke: [10, 100], quick: [100, 1000, 10_000], full: [100, 1000, 10_000, 100_000] })
  const opened: { readonly width: number; readonly client: WatchedClient; readonly engine: EngineCommits }[] = []
  for (const width of widths) {
    context.progress(`rows of ${width} characters`)
    const note = 'x'.repeat(width)
    const engine = await engineCommits(join(context.directory, String(width), 'room.db'))
    await engine.fill({ from: 1, to: ROWS, note })
    opened.push({ width, client: await WatchedClient.open({ rows: ROWS, note, queries: [QUERY] }), engine })
  }
  const batch = Array.from({ length: ROWS }, (_, i) => ({ name: `counter-${i + 1}`, by: 1 }))
  const effort = {
    rounds: byEffort(context, { smoke: 1, quick: 11, full: 31 }),
    warmups: byEffort(context, { smoke: 0, quick: 5, full: 10 }),
  }
  const call = await alternate(
    effort,
    Object.fromEntries(
      opened.map(({ width, client }) => [
        width,
        async () => {
          const add = async () => {
            for (let i = 0; i < ROWS; i++) await client.add('counter-1')
          }
          return ((await timedAsync(add)) * 1000) / ROWS
        },
      ]),
    ),
  )
  const commit = await alternate(
    effort,
    Object.fromEntries(
      opened.map(({ width, engine }) => [
        width,
        async () => {
          const work = engine.prepare(batch)
          return ((await timedAsync(async () => await work())) * 1000) / ROWS
        },
      ]),
    ),
  )
  for (const { client, engine } of opened) {
    await client.close()
    await engine.close()
  }
  const narrowest = String(widths[0])
  return {
    key: 'widths',
    title: 'Microseconds for one mutation that changes a number, in rows with a text of N characters besides',
    columns: [
      { key: 'width', title: 'characters' },
      { key: 'call', title: 'call', decimals: 1, spread: true },
      { key: 'callGrowth', title: 'growth', decimals: 2, spread: true },
      { key: 'commit', title: 'commit', decimals: 1, spread: true },
      { key: 'commitGrowth', title: 'growth', decimals: 2, spread: true },
    ],
    rows: opened.map(({ width }) => ({
      width,
      ...statsCells('call', call.of(String(width))),
      ...statsCells('callGrowth', call.ratio(String(width), narrowest)),
      ...statsCells('commit', commit.of(String(width))),
      ...statsCells('commitGrowth', commit.ratio(String(width), narrowest)),
    })),
    notes: [
      'call: at a client in place, until a live query by key has told of it. commit: by the engine, in batches of 100, durable.',
      'A change holds the whole row: it is read, hashed, encoded, logged and sent, whichever column changed.',
    ],
  }
}
