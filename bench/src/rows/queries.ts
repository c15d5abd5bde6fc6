import { type BenchContext, byEffort } from '../bench.ts'
import { alternate } from '../measure/alternate.ts'
import { timedAsync } from '../measure/timed.ts'
import { statsCells, type Table } from '../report/table.ts'
import { WatchedClient } from './watched-client.ts'

const KINDS = {
  'by key': 'SELECT id, n FROM counters WHERE id = ?',
  'by another column': 'SELECT id, n FROM counters WHERE id + 0 = ?',
  'by an index': "SELECT id, n FROM counters WHERE name = 'counter-' || ?",
} as const

/** One row changes, and one of many live queries has it. */
export async function measureQueries(context: BenchContext): Promise<Table> {
  const [few, many] = byEffort(context, { smoke: [1, 5], quick: [1, 100], full: [1, 100] }) as [number, number]
  const rows: Table['rows'][number][] = []
  for (const [kind, sql] of Object.entries(KINDS)) {
    context.progress(`${many} live queries ${kind}`)
    const open = (count: number) => {
      const queries = Array.from({ length: count }, (_, i) => [sql, [i + 1]] as const)
      return WatchedClient.open({ rows: many, note: '', queries })
    }
    const clients = { few: await open(few), many: await open(many) }
    const result = await alternate(
      {
        rounds: byEffort(context, { smoke: 1, quick: 31, full: 101 }),
        warmups: byEffort(context, { smoke: 0, quick: 20, full: 50 }),
      },
      {
        few: async () => (await timedAsync(() => clients.few.add('counter-1'))) * 1000,
        many: async () => (await timedAsync(() => clients.many.add('counter-1'))) * 1000,
      },
    )
    for (const client of Object.values(clients)) await client.close()
    rows.push({
      kind,
      ...statsCells('few', result.of('few')),
      ...statsCells('many', result.of('many')),
      ...statsCells('growth', result.ratio('many', 'few')),
    })
  }
  return {
    key: 'queries',
    title: 'Microseconds from a call that changes one row until the live query of that row has told of it',
    columns: [
      { key: 'kind', title: 'queries of one row' },
      { key: 'few', title: `${few} query`, decimals: 0, spread: true },
      { key: 'many', title: `${many} queries`, decimals: 0, spread: true },
      { key: 'growth', title: 'growth', decimals: 2, spread: true },
    ],
    rows,
    notes: [
      `The table has ${many} rows. by key: only the query of the row runs. Of the others each runs, by an index or by a scan of the table.`,
    ],
  }
}
