import { SavepointError } from '@savepoint/core'
import type { RoomHost } from '../rooms/room-host.ts'
import type { Beat } from './beat.ts'
import { EPOCH, ERROR, EVENTS, SINCE, SNAPSHOT_NEEDED } from './descriptions.ts'
import type { Door } from './door.ts'
import { DoorLine } from './door-line.ts'
import type { Entrance } from './entrance.ts'
import { EventStream, eventEncoder } from './event-stream.ts'
import { onlySnapshotLeads } from './only-snapshot-leads.ts'
import { readSince, readVersion, type Since } from './read-since.ts'

interface EventsDoorOptions {
  readonly rooms: RoomHost
  readonly entrance: Pick<Entrance, 'enter'>
  readonly beat: Beat
  /** A new unguessable ID. */
  readonly id: () => string
}

/**
 * `GET /rooms/:room/events?since=V`: pokes as they happen, for those who only look on. Each event's ID says where it leads,
 * so that a browser's EventSource goes on by itself after a break.
 */
export function eventsDoor({ rooms, entrance, beat, id }: EventsDoorOptions): Door {
  const encode = eventEncoder((poke, epoch) => `id: ${epoch}.${endOf(poke)}\ndata: ${poke}\n\n`)

  async function answer(request: Request, room: string, address?: string): Promise<Response> {
    const greeting = { clientID: `watch-${id()}`, confirmed: 0, ...readFrom(request) }
    const stream = new EventStream(beat, () => line.leave())
    const line = new DoorLine(greeting, {
      poked: (frame) => stream.write(encode(frame, line.room?.epoch)),
      ended({ code, message }, how) {
        if (how === 'cut') return stream.cut()
        stream.write(new TextEncoder().encode(`event: refusal\ndata: ${JSON.stringify({ code, message })}\n\n`))
        stream.close()
      },
      get bufferedBytes() {
        return stream.bufferedBytes
      },
    })
    try {
      if (
        await line.open(
          (socket) => entrance.enter(request, room, socket, address),
          () => rooms.create(room),
        )
      )
        return stream.response
    } catch (error) {
      line.leave()
      stream.cut()
      throw error
    }
    line.leave()
    stream.cut()
    return onlySnapshotLeads()
  }

  return { method: 'get', path: '/events', operation: OPERATION, answer }
}

const OPERATION = {
  operationId: 'watchRoom',
  summary: 'The room’s changes as they happen',
  description:
    'Each event is a poke: the versions `from` and `to`, the `digest` of the content then, and the `patch` between them. Its ID is `<epoch>.<to>`. Without `since` they begin with what happens next. An event `refusal` is the last, and says why.',
  parameters: [
    SINCE,
    EPOCH,
    {
      name: 'last-event-id',
      in: 'header',
      description: 'The ID of the last event that came, from where to go on. It counts before `since`.',
      schema: { type: 'string' },
    },
  ],
  responses: { 200: EVENTS, 410: SNAPSHOT_NEEDED, default: ERROR },
}

/** @throws SavepointError `bad-message` */
function readFrom(request: Request): Since {
  const last = request.headers.get('last-event-id')
  if (last === null || last === '') return readSince(request)
  const [, epoch, version] = /^(.+)\.(\d+)$/.exec(last) ?? []
  if (epoch === undefined || version === undefined)
    throw new SavepointError('bad-message', 'Last-Event-ID is not the ID of one of these events.')
  return { epoch, since: readVersion(version) }
}

/** Nobody who only looks on has outcomes, so all such pokes begin alike, and need not be parsed. */
function endOf(poke: string): string {
  return /^\{"type":"poke","outcomes":\[\],"from":\d+,"to":(\d+),/.exec(poke)?.[1] ?? ''
}
