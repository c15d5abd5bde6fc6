import { join } from 'node:path'
import { type BenchContext, byEffort } from '../bench.ts'
import { quantile, statsOf } from '../measure/stats.ts'
import { Child } from '../processes/child.ts'
import { startServerProcess } from '../processes/server-process.ts'
import { statsCells, type Table } from '../report/table.ts'
import type { TriosOptions, TriosRun } from './trios-main.ts'

/** Mutations in many rooms at once, beside the same number of clients' worth of them in few. */
export async function measureTraffic(context: BenchContext): Promise<Table> {
  const counts = byEffort(context, { smoke: [2], quick: [10, 100], full: [10, 100, 1000] })
  const ms = byEffort(context, { smoke: 50, quick: 1000, full: 4000 })
  const rounds = byEffort(context, { smoke: 1, quick: 2, full: 3 })
  const rows: Table['rows'][number][] = []
  for (const count of counts) {
    context.progress(`${count} rooms with three clients each`)
    const server = await startServerProcess({ directory: join(context.directory, `traffic-${count}`), app: 'batches' })
    const trios = new Child(new URL('./trios-main.ts', import.meta.url))
    await trios.call('open', { url: server.url, rooms: Array.from({ length: count }, (_, i) => `room-${i}`) } satisfies TriosOptions)
    await trios.call('flood', ms / 3)
    const all = { rates: [] as number[], cpu: [] as number[], visible: [] as number[] }
    for (let round = 0; round < rounds; round++) {
      const before = await server.usage()
      const { answered, visible } = await trios.call<TriosRun>('flood', ms)
      const after = await server.usage()
      all.rates.push((answered * 1000) / ms)
      all.cpu.push(((after.cpuMs - before.cpuMs) * 1000) / answered)
      all.visible.push(...visible)
    }
    await trios.stop()
    await server.stop()
    rows.push({
      count,
      ...statsCells('rate', statsOf(all.rates)),
      visibleP50: quantile(all.visible, 0.5),
      visibleP99: quantile(all.visible, 0.99),
      cpu: statsOf(all.cpu).median,
    })
  }
  return {
    key: 'traffic',
    title: 'Rooms of three clients, one of which calls a mutator again with each outcome',
    columns: [
      { key: 'count', title: 'rooms' },
      { key: 'rate', title: 'answered/s', spread: true },
      { key: 'visibleP50', title: 'at B p50 ms', decimals: 1 },
      { key: 'visibleP99', title: 'p99', decimals: 1 },
      { key: 'cpu', title: 'server µs', decimals: 0 },
    ],
    rows,
    notes: [
      'As many mutations are under way as there are rooms, each a batch and a flush of its own. Clients have no replica.',
      'at B: until another client of the room was sent what the mutation did. server µs: CPU time for a mutation.',
    ],
  }
}
