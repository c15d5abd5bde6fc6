import { loadWaSqlite } from '@savepoint/client/node'
import { openWaSqlite } from '@savepoint/sqlite/wa-sqlite'
import { COUNTERS_SQL, FILL_SQL } from '../apps/counters.ts'
import { CountersByHand } from '../apps/counters-by-hand.ts'
import { type BenchContext, byEffort } from '../bench.ts'
import { alternate } from '../measure/alternate.ts'
import { timed, timedAsync } from '../measure/timed.ts'
import { statsCells, type Table } from '../report/table.ts'
import { WatchedClient } from './watched-client.ts'

const QUERY = 'SELECT id, name, n FROM counters WHERE id <= ? ORDER BY id'

/** One row changes of a live query's many. */
export async function measureResults(context: BenchContext): Promise<Table> {
  const rows: Table['rows'][number][] = []
  for (const length of byEffort(context, { smoke: [10], quick: [10, 100, 1000, 10_000], full: [10, 100, 1000, 10_000] })) {
    context.progress(`a result of ${length} rows`)
    rows.push({ length, ...(await measureOne(context, length)) })
  }
  return {
    key: 'results',
    title: 'Microseconds from a call that changes one row until a live query of N rows has told of it',
    columns: [
      { key: 'length', title: 'rows' },
      { key: 'savepoint', title: 'Savepoint', decimals: 0, spread: true },
      { key: 'byHand', title: 'by hand', decimals: 0, spread: true },
      { key: 'ratio', title: 'ratio', decimals: 2, spread: true },
    ],
    rows,
    notes: ['by hand: the statements of the mutator, and the whole query. Neither tells which rows changed.'],
  }
}

async function measureOne(context: BenchContext, length: number): Promise<Table['rows'][number]> {
  const client = await WatchedClient.open({ rows: length, note: '', queries: [[QUERY, [length]]] })
  const driver = openWaSqlite(await loadWaSqlite())
  driver.exec(`${COUNTERS_SQL}; BEGIN`)
  driver.prepare(FILL_SQL).run({ from: 1, to: length, note: '' })
  const [counters, query] = [new CountersByHand(driver), driver.prepare(QUERY)]
  let round = 0
  const name = () => `counter-${1 + (round++ % length)}`
  const result = await alternate(
    {
      rounds: byEffort(context, { smoke: 1, quick: 31, full: 101 }),
      warmups: byEffort(context, { smoke: 0, quick: 20, full: 50 }),
    },
    {
      savepoint: async () => (await timedAsync(() => client.add(name()))) * 1000,
      byHand: () =>
        timed(() => {
          counters.add({ name: name(), by: 1 })
          query.all([length])
        }) * 1000,
    },
  )
  await client.close()
  driver.close()
  return {
    ...statsCells('savepoint', result.of('savepoint')),
    ...statsCells('byHand', result.of('byHand')),
    ...statsCells('ratio', result.ratio('savepoint', 'byHand')),
  }
}
