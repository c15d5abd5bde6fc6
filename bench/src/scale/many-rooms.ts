import { randomBytes } from 'node:crypto'
import { copyFileSync, linkSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type BenchContext, byEffort } from '../bench.ts'
import { Child } from '../processes/child.ts'
import { type ServerProcess, startServerProcess } from '../processes/server-process.ts'
import type { Table } from '../report/table.ts'
import type { VisitOptions } from './visitors-main.ts'

/** File systems let a file have so many names, and a few more. */
const LINKS_MAX = 30_000

/** What a server with many rooms takes to start, to open them, and to hold them open. */
export async function measureRooms(context: BenchContext): Promise<Table> {
  const [active, idle] = byEffort(context, { smoke: [10, 100], quick: [200, 10_000], full: [1000, 99_000] }) as [number, number]
  const rooms = Array.from({ length: active }, (_, i) => `room-${i}`)
  const directory = join(context.directory, 'rooms')
  const visitors = new Child(new URL('./visitors-main.ts', import.meta.url))
  const visit = async (server: ServerProcess, method: VisitOptions['method'], of = rooms) =>
    (of.length * 1000) / (await visitors.call<number>('visit', { url: server.url, rooms: of, method } satisfies VisitOptions))

  context.progress(`${active} rooms are created`)
  const first = await startServerProcess({ directory, app: 'counters' })
  await visit(first, 'PUT', ['warm'])
  const created = await visit(first, 'PUT')
  await first.stop()
  const rows: Table['rows'][number][] = []
  for (const others of [0, idle]) {
    context.progress(`${active} of ${active + others} rooms are opened`)
    addRooms(directory, others)
    const start = performance.now()
    const server = await startServerProcess({ directory, app: 'counters' })
    const startMs = performance.now() - start
    await visit(server, 'GET', ['warm'])
    const before = await server.usageAtRest()
    const opened = await visit(server, 'GET')
    const after = await server.usageAtRest()
    rows.push({
      onDisk: active + others,
      open: active,
      startMs,
      created: others === 0 ? created : null,
      opened,
      kibibytes: (after.rssBytes - before.rssBytes) / 1024 / active,
    })
    await server.stop()
  }
  await visitors.stop()
  return {
    key: 'rooms',
    title: 'Rooms that are created and opened, and what they take while they are open',
    columns: [
      { key: 'onDisk', title: 'on disk' },
      { key: 'open', title: 'opened' },
      { key: 'startMs', title: 'start ms', decimals: 0 },
      { key: 'created', title: 'created/s', decimals: 0 },
      { key: 'opened', title: 'opened/s', decimals: 0 },
      { key: 'kibibytes', title: 'KiB each', decimals: 0 },
    ],
    rows,
    notes: [
      'Over HTTP, 16 requests at once. start: the process too. KiB each: growth of the resident set, garbage collected.',
      'The rooms that nobody opens are links to a few files: for a server that only looks for names they are files like others.',
    ],
  }
}

/** Puts so many rooms more into a data directory, under names of which nobody knows. */
function addRooms(directory: string, count: number): void {
  const known = readdirSync(directory).filter((name) => /^[0-9a-f]{2}$/.test(name))[0] as string
  const room = join(directory, known, readdirSync(join(directory, known))[0] as string, 'room.db')
  const original = join(directory, 'original.db')
  for (let i = 0; i < count; i++) {
    if (i % LINKS_MAX === 0) {
      rmSync(original, { force: true })
      copyFileSync(room, original)
    }
    const hash = randomBytes(32).toString('hex')
    const folder = join(directory, hash.slice(0, 2), hash.slice(2))
    mkdirSync(folder, { recursive: true })
    linkSync(original, join(folder, 'room.db'))
  }
  rmSync(original, { force: true })
}
