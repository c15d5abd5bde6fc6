import { join } from 'node:path'
import { type Bench, type BenchContext, byEffort } from '../bench.ts'
import { alternate } from '../measure/alternate.ts'
import { statsOf } from '../measure/stats.ts'
import { Child } from '../processes/child.ts'
import { type ServerProcess, startServerProcess } from '../processes/server-process.ts'
import { statsCells, type Table } from '../report/table.ts'

/** Where the rooms are: in the thread that holds the sockets, or in threads of their own. */
const PLACES = { inProcess: undefined, one: 1, two: 2 } as const

type Place = keyof typeof PLACES

/** Rows that a mutation writes, and how many a room has under way. */
const LOADS = [
  { rows: 1, inFlight: 16 },
  { rows: 50, inFlight: 4 },
] as const

/** What threads for rooms cost, and what they bring. */
export const threads: Bench = {
  name: 'threads',
  summary: 'mutations a second in many rooms: in the process, in one thread, in two; and CPU time of each',
  run: async (context) => [await measure(context)],
}

async function measure(context: BenchContext): Promise<Table> {
  const rooms = byEffort(context, { smoke: 2, quick: 16, full: 32 })
  const ms = byEffort(context, { smoke: 50, quick: 1000, full: 2000 })
  const rounds = byEffort(context, { smoke: 1, quick: 3, full: 5 })
  const rows: Table['rows'][number][] = []
  for (const load of LOADS) {
    const places = Object.keys(PLACES) as Place[]
    const sites = Object.fromEntries(
      await Promise.all(places.map(async (place) => [place, await openSite(context, place, load.rows, rooms)] as const)),
    ) as { [place in Place]: Site }
    const cpu: { [place in Place]: number[] } = { inProcess: [], one: [], two: [] }
    const round = (place: Place) => async () => {
      context.progress(`${load.rows} rows, ${place}`)
      const { server, pushers } = sites[place]
      const before = await server.usage()
      const count = await pushers.call<number>('flood', { ...load, ms })
      cpu[place].push(((await server.usage()).cpuMs - before.cpuMs) * (1000 / count))
      return (count * 1000) / ms
    }
    const result = await alternate({ rounds, warmups: 1 }, { inProcess: round('inProcess'), one: round('one'), two: round('two') })
    for (const place of places) {
      rows.push({
        rows: load.rows,
        place: { inProcess: 'in the process', one: 'one thread', two: 'two threads' }[place],
        ...statsCells('rate', result.of(place)),
        ...statsCells('toProcess', result.ratio(place, 'inProcess')),
        ...statsCells('toOne', result.ratio(place, 'one')),
        cpu: statsOf(cpu[place]).median,
      })
    }
    for (const { server, pushers } of Object.values(sites)) {
      await pushers.stop()
      await server.stop()
    }
  }
  return {
    key: 'threads',
    title: `Mutations answered a second, ${rooms} rooms with a client each`,
    columns: [
      { key: 'rows', title: 'rows each' },
      { key: 'place', title: 'rooms are' },
      { key: 'rate', title: 'a second', spread: true },
      { key: 'toProcess', title: '/ in the process', decimals: 2, spread: true },
      { key: 'toOne', title: '/ one thread', decimals: 2, spread: true },
      { key: 'cpu', title: 'server µs', decimals: 0 },
    ],
    rows,
    notes: [
      'Two processes for each place: a server, and clients that push and count outcomes, and have no replica. The three take turns.',
      'server µs: CPU time of the server, all its threads, for a mutation.',
      'With two cores, two threads of rooms, the thread of the sockets and the clients compete: the ratio is less than more cores would give.',
    ],
  }
}

interface Site {
  readonly server: ServerProcess
  readonly pushers: Child
}

async function openSite(context: BenchContext, place: Place, rows: number, rooms: number): Promise<Site> {
  const count = PLACES[place]
  const directory = join(context.directory, `${place}-${rows}`)
  const server = await startServerProcess({ directory, app: 'batches', ...(count !== undefined && { threads: count }) })
  const pushers = new Child(new URL('./pushers-main.ts', import.meta.url))
  await pushers.call('open', { url: server.url, rooms: Array.from({ length: rooms }, (_, i) => `room-${i}`) })
  return { server, pushers }
}
