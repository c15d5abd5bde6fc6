import { join } from 'node:path'
import { type BenchContext, byEffort } from '../bench.ts'
import { statsOf } from '../measure/stats.ts'
import { Child } from '../processes/child.ts'
import { startServerProcess } from '../processes/server-process.ts'
import type { Usage } from '../processes/usage.ts'
import { statsCells, type Table } from '../report/table.ts'
import type { ConnectOptions } from './visitors-main.ts'

/** A server whose memory is looked at, and how to connect to it. */
interface Server {
  readonly url: string
  readonly room?: string
  usageAtRest(): Promise<Usage>
  stop(): Promise<void>
}

/** Connections before those that count: a process that has just started takes memory that has nothing to do with them. */
const WARMUP = 1000

/** KiB for each connection. */
interface Memory {
  readonly heap: number
  readonly resident: number
}

/** Memory for each connection that is open and idle, beside that of bare WebSockets. */
export async function measureConnections(context: BenchContext): Promise<Table> {
  const counts = byEffort(context, { smoke: [20], quick: [1000], full: [1000, 10_000] })
  const rounds = byEffort(context, { smoke: 1, quick: 1, full: 3 })
  const rows: Table['rows'][number][] = []
  for (const count of counts) {
    const pairs: { readonly bare: Memory; readonly savepoint: Memory }[] = []
    for (let round = 0; round < rounds; round++) {
      context.progress(`${count.toLocaleString('en-US')} connections`)
      const bare = await measureOne(context, count, await startBare())
      const savepoint = await measureOne(context, count, await startSavepoint(join(context.directory, `idle-${count}-${round}`)))
      pairs.push({ bare, savepoint })
    }
    for (const memory of ['heap', 'resident'] as const) {
      rows.push({
        count,
        memory,
        ...statsCells('savepoint', statsOf(pairs.map(({ savepoint }) => savepoint[memory]))),
        ...statsCells('bare', statsOf(pairs.map(({ bare }) => bare[memory]))),
        ...statsCells('ratio', statsOf(pairs.map(({ savepoint, bare }) => savepoint[memory] / bare[memory]))),
      })
    }
  }
  return {
    key: 'connections',
    title: 'Memory of the server for an idle connection, in KiB',
    columns: [
      { key: 'count', title: 'connections' },
      { key: 'memory', title: 'memory' },
      { key: 'savepoint', title: 'Savepoint', decimals: 1, spread: true },
      { key: 'bare', title: 'bare ws', decimals: 1, spread: true },
      { key: 'ratio', title: 'ratio', decimals: 2, spread: true },
    ],
    rows,
    notes: [
      'Growth, garbage collected before and after, in a new process each; the first 1,000 connections are not counted.',
      'heap: JavaScript objects in use. resident: what the process has taken of the system, which it reuses and seldom gives back.',
      'bare ws: the same library with a server that answers nothing. Savepoint: in one room, each has said hello and gets every poke.',
    ],
  }
}

async function measureOne(context: BenchContext, count: number, server: Server): Promise<Memory> {
  const visitors = new Child(new URL('./visitors-main.ts', import.meta.url))
  const where = { url: server.url, ...(server.room !== undefined && { room: server.room }) }
  await visitors.call('connect', {
    ...where,
    count: byEffort(context, { smoke: 20, quick: WARMUP, full: WARMUP }),
  } satisfies ConnectOptions)
  const before = await server.usageAtRest()
  await visitors.call('connect', { ...where, count } satisfies ConnectOptions)
  const after = await server.usageAtRest()
  await visitors.stop()
  await server.stop()
  const each = (bytes: 'heapBytes' | 'rssBytes') => (after[bytes] - before[bytes]) / 1024 / count
  return { heap: each('heapBytes'), resident: each('rssBytes') }
}

async function startBare(): Promise<Server> {
  const child = new Child(new URL('./bare-main.ts', import.meta.url))
  return { url: await child.call<string>('serve'), usageAtRest: () => child.call('usageAtRest'), stop: () => child.stop() }
}

async function startSavepoint(directory: string): Promise<Server> {
  return { ...(await startServerProcess({ directory, app: 'counters' })), room: 'idle' }
}
