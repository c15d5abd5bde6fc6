import { Gauge, type Registry } from 'prom-client'
import type { RoomSummary } from '../room/room-view.ts'
import type { RoomHost } from '../rooms/room-host.ts'

const LINE_STATES = ['new', 'greeting', 'snapshot', 'behind', 'live'] as const

/** How the open rooms stand together, looked up once for each scrape. */
export function registerRoomGauges(registry: Registry, rooms: RoomHost): void {
  let asked: Promise<readonly RoomSummary[]> | undefined
  const overview = () => {
    asked ??= rooms.overview().finally(() => {
      asked = undefined
    })
    return asked
  }
  const gauge = (name: string, help: string, read: (open: readonly RoomSummary[]) => number) =>
    new Gauge({
      name: `savepoint_${name}`,
      help,
      registers: [registry],
      async collect() {
        this.set(read(await overview()))
      },
    })
  gauge('rooms_open', 'Rooms that are open', (open) => open.length)
  gauge('rooms_failed', 'Open rooms that cannot be written now', (open) => open.filter(({ isServing }) => !isServing).length)
  gauge('queued_mutations', 'Mutations that wait for their room, or are being committed', (open) => sum(open, ({ queued }) => queued))
  gauge('room_bytes', 'Bytes of the databases of open rooms, with their logs', (open) => sum(open, ({ bytes }) => bytes))
  gauge('log_versions', 'Versions that the logs of open rooms have whole', (open) => sum(open, ({ logVersions }) => logVersions))
  gauge('line_lag_versions', 'Versions that the line furthest behind has to go', (open) =>
    open.reduce((most, { lag }) => Math.max(most, lag), 0),
  )
  new Gauge({
    name: 'savepoint_lines',
    help: 'Lines of clients, sockets or others, by how far they are',
    labelNames: ['state'],
    registers: [registry],
    async collect() {
      const open = await overview()
      for (const state of LINE_STATES)
        this.set(
          { state },
          sum(open, ({ lines }) => lines[state] ?? 0),
        )
    },
  })
}

function sum(open: readonly RoomSummary[], of: (room: RoomSummary) => number): number {
  return open.reduce((total, room) => total + of(room), 0)
}
