import { copyFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type Bench, type BenchContext, byEffort } from '../bench.ts'
import { type Stats, statsOf } from '../measure/stats.ts'
import { timed } from '../measure/timed.ts'
import { Child } from '../processes/child.ts'
import { type ServerProcess, startServerProcess } from '../processes/server-process.ts'
import { statsCells, type Table } from '../report/table.ts'
import type { Fetched } from './client-main.ts'
import { serveFile } from './file-server.ts'
import { fillRoom } from './fill-room.ts'

type Row = Table['rows'][number]

const MB = 1_000_000

/** How an empty client gets a room that is not: against a copy of the same file. */
export const bootstrap: Bench = {
  name: 'bootstrap',
  summary: 'all rows of a room to an empty client: seconds, bytes, memory; against copying the file',
  run: async (context) => [await measure(context)],
}

async function measure(context: BenchContext): Promise<Table> {
  const rows: Row[] = []
  for (const count of byEffort(context, { smoke: [1000], quick: [50_000], full: [50_000, 1_000_000] })) {
    const server = await startServerProcess({ directory: join(context.directory, `server-${count}`), app: 'rows' })
    try {
      context.progress(`filling a room with ${count} rows`)
      const room = `room-${count}`
      await fillRoom(server.url, room, count)
      context.progress('bootstrapping')
      rows.push(...(await measureRoom(context, server, room, count)))
    } finally {
      await server.stop()
    }
  }
  return {
    key: 'bootstrap',
    title: 'From nothing to the first query that sees all rows',
    columns: [
      { key: 'rows', title: 'rows' },
      { key: 'way', title: 'way' },
      { key: 'seconds', title: 'seconds', decimals: 3, spread: true },
      { key: 'megabytes', title: 'MB on the wire', decimals: 1 },
      { key: 'peak', title: 'peak RSS MB', decimals: 0 },
      { key: 'rise', title: 'above start', decimals: 0 },
      { key: 'serverPeak', title: "server's peak", decimals: 0 },
      { key: 'toReading', title: '/ reading', decimals: 1 },
    ],
    rows,
    notes: [
      'Each bootstrap and each reading is in a fresh process; its start is not counted. MB on the wire are all that its sockets received.',
      'first: the server writes and compresses the snapshot for this request. cached: it has it already. on disk: the replica is a file, not memory.',
      'reading: the same file uncompressed, from a bare HTTP server over loopback into memory. copying: fs.copyFile. Both are floors.',
    ],
  }
}

async function measureRoom(context: BenchContext, server: ServerProcess, room: string, rows: number): Promise<Row[]> {
  const rounds = byEffort(context, { smoke: 1, quick: 3, full: 5 })
  const file = join(context.directory, `${room}.db`)
  const copy = join(context.directory, 'copy.db')
  const target = { url: server.url, room, rows }
  const first = await inFreshProcess('bootstrap', target)
  const serverPeak = (await server.usage()).peakRssBytes
  await inFreshProcess('save', { url: `${server.url}/rooms/${room}/snapshot`, path: file })
  const files = await serveFile(file)
  const samples = { cached: [] as Fetched[], disk: [] as Fetched[], reading: [] as Fetched[] }
  const copying: number[] = []
  for (let round = 0; round < rounds; round++) {
    samples.cached.push(await inFreshProcess('bootstrap', target))
    samples.disk.push(await inFreshProcess('bootstrap', { ...target, directory: join(context.directory, `client-${room}-${round}`) }))
    samples.reading.push(await inFreshProcess('read', { url: files.url }))
    copying.push(timed(() => copyFileSync(file, copy)))
  }
  files.close()
  const reading = statsOf(samples.reading.map(({ ms }) => ms)).median
  const row = (way: string, fetched: readonly Fetched[]): Row => ({
    rows,
    way,
    ...seconds(statsOf(fetched.map(({ ms }) => ms))),
    megabytes: statsOf(fetched.map(({ bytes }) => bytes / MB)).median,
    peak: statsOf(fetched.map(({ peakRssBytes }) => peakRssBytes / MB)).median,
    rise: statsOf(fetched.map(({ peakRssBytes, startRssBytes }) => (peakRssBytes - startRssBytes) / MB)).median,
    serverPeak: null,
    toReading: statsOf(fetched.map(({ ms }) => ms / reading)).median,
  })
  return [
    { ...row('first', [first]), serverPeak: serverPeak / MB },
    row('cached', samples.cached),
    row('cached, on disk', samples.disk),
    row('reading', samples.reading),
    {
      rows,
      way: 'copying',
      ...seconds(statsOf(copying)),
      megabytes: statSync(file).size / MB,
      toReading: statsOf(copying).median / reading,
    },
  ]
}

function seconds({ median, min, max }: Stats): Row {
  return statsCells('seconds', { median: median / 1000, min: min / 1000, max: max / 1000 })
}

async function inFreshProcess(name: 'bootstrap' | 'read' | 'save', argument: unknown): Promise<Fetched> {
  const child = new Child(new URL('./client-main.ts', import.meta.url))
  try {
    return await child.call<Fetched>(name, argument)
  } finally {
    await child.stop()
  }
}
