import { join } from 'node:path'
import { type Bench, type BenchContext, byEffort } from '../bench.ts'
import { quantile, statsOf } from '../measure/stats.ts'
import { Child } from '../processes/child.ts'
import { type ServerProcess, startServerProcess } from '../processes/server-process.ts'
import type { Usage } from '../processes/usage.ts'
import { statsCells, type Table } from '../report/table.ts'
import type { OpenOptions, Times } from './clients-main.ts'

/** Mutations under way in the whole room while it is flooded, whatever the number of clients. */
const IN_FLIGHT = 100

/** Who is in the room: two clients (or one) in one process, the others in a second. */
interface Crowd {
  readonly near: number
  readonly far: number
  readonly kind: OpenOptions['kind']
}

/** Latency and throughput over real sockets, with others in the room. */
export const socket: Bench = {
  name: 'socket',
  summary: "confirmed mutations a second, and from one client's call to another's visible row, over loopback",
  run: async (context) => [await measure(context)],
}

async function measure(context: BenchContext): Promise<Table> {
  const server = await startServerProcess({ directory: join(context.directory, 'server'), app: 'counters' })
  const processes = {
    server,
    near: new Child(new URL('./clients-main.ts', import.meta.url)),
    far: new Child(new URL('./clients-main.ts', import.meta.url)),
  }
  const rows: Table['rows'][number][] = []
  const crowds: Crowd[] = [
    { near: 1, far: 0, kind: 'clients' },
    { near: 2, far: 8, kind: 'clients' },
    { near: 2, far: 98, kind: 'clients' },
    { near: 2, far: 98, kind: 'listeners' },
  ]
  for (const [i, crowd] of byEffort(context, { smoke: crowds.slice(0, 2), quick: crowds, full: crowds }).entries()) {
    context.progress(`${crowd.near + crowd.far} in the room${crowd.kind === 'listeners' ? ', most of them only listening' : ''}`)
    rows.push(await measureCrowd(context, processes, `room-${i}`, crowd))
  }
  await Promise.all(Object.values(processes).map((one) => one.stop()))
  return {
    key: 'socket',
    title: 'Latency at rest in milliseconds, and throughput with 100 mutations under way',
    columns: [
      { key: 'room', title: 'in the room' },
      { key: 'confirmedP50', title: 'confirmed p50', decimals: 2 },
      { key: 'confirmedP99', title: 'p99', decimals: 2 },
      { key: 'visibleP50', title: 'at B p50', decimals: 2 },
      { key: 'visibleP99', title: 'p99', decimals: 2 },
      { key: 'echoP50', title: 'echo p50', decimals: 2 },
      { key: 'echoP99', title: 'p99', decimals: 2 },
      { key: 'rate', title: 'confirmed/s', spread: true },
      { key: 'echoRate', title: 'echoes/s', spread: true },
      { key: 'serverCpu', title: 'server µs', decimals: 0 },
      { key: 'nearCpu', title: 'near µs', decimals: 0 },
      { key: 'farCpu', title: 'far µs', decimals: 0 },
    ],
    rows,
    notes: [
      'Three processes: the server; near, with clients A and B; far, with the other clients. Replicas are in memory, the server commits with synchronous=FULL.',
      'confirmed: from the call to its outcome at A. at B: from the call at A until a live query of B has it (with one client: of A itself).',
      'echo: a bare WebSocket round trip between the same two processes. The last columns are CPU time a mutation of each process while it is flooded.',
      "listeners: sockets that take every poke and apply none, so that the machine is the server's.",
    ],
  }
}

interface Processes {
  readonly server: ServerProcess
  readonly near: Child
  readonly far: Child
}

async function measureCrowd(
  context: BenchContext,
  { server, near, far }: Processes,
  room: string,
  crowd: Crowd,
): Promise<Table['rows'][number]> {
  const samples = byEffort(context, { smoke: 3, quick: 100, full: 300 })
  const ms = byEffort(context, { smoke: 50, quick: 1000, full: 3000 })
  const rounds = byEffort(context, { smoke: 1, quick: 2, full: 3 })
  await near.call('open', { url: server.url, room, count: crowd.near, kind: 'clients', prefix: 'near-' } satisfies OpenOptions)
  await far.call('open', { url: server.url, room, count: crowd.far, kind: crowd.kind, prefix: 'far-' } satisfies OpenOptions)
  const senders = crowd.kind === 'clients' ? crowd.near + crowd.far : crowd.near
  const inFlight = Math.max(1, Math.floor(IN_FLIGHT / senders))
  const all = { confirmed: [] as number[], visible: [] as number[], echo: [] as number[] }
  const rates: number[] = []
  const echoRates: number[] = []
  const cpu = { server: [] as number[], near: [] as number[], far: [] as number[] }
  await flood({ near, far }, inFlight, ms / 3)
  for (let round = 0; round < rounds; round++) {
    const { confirmed, visible } = await near.call<Times>('times', { samples })
    all.confirmed.push(...confirmed)
    all.visible.push(...visible)
    all.echo.push(...(await near.call<number[]>('echoTimes', { url: server.echoUrl, samples })))
    const before = await usages({ server, near, far })
    const count = await flood({ near, far }, inFlight, ms)
    const after = await usages({ server, near, far })
    rates.push((count * 1000) / ms)
    for (const name of ['server', 'near', 'far'] as const) cpu[name].push(((after[name].cpuMs - before[name].cpuMs) * 1000) / count)
    echoRates.push(((await near.call<number>('echoFlood', { url: server.echoUrl, inFlight: IN_FLIGHT, ms: ms / 3 })) * 3000) / ms)
  }
  await Promise.all([near.call('close'), far.call('close')])
  return {
    room: crowd.kind === 'clients' ? String(crowd.near + crowd.far) : `${crowd.near} + ${crowd.far} listeners`,
    ...quantiles('confirmed', all.confirmed),
    ...quantiles('visible', all.visible),
    ...quantiles('echo', all.echo),
    ...statsCells('rate', statsOf(rates)),
    ...statsCells('echoRate', statsOf(echoRates)),
    serverCpu: statsOf(cpu.server).median,
    nearCpu: statsOf(cpu.near).median,
    farCpu: statsOf(cpu.far).median,
  }
}

async function flood({ near, far }: Pick<Processes, 'near' | 'far'>, inFlight: number, ms: number): Promise<number> {
  const counts = await Promise.all([near, far].map((one) => one.call<number>('flood', { inFlight, ms })))
  return counts.reduce((sum, count) => sum + count)
}

async function usages({ server, near, far }: Processes): Promise<{ server: Usage; near: Usage; far: Usage }> {
  const [ofServer, ofNear, ofFar] = await Promise.all([server.usage(), near.call<Usage>('usage'), far.call<Usage>('usage')])
  return { server: ofServer, near: ofNear, far: ofFar }
}

function quantiles(key: string, samples: readonly number[]): { [key: string]: number } {
  return { [`${key}P50`]: quantile(samples, 0.5), [`${key}P99`]: quantile(samples, 0.99) }
}
