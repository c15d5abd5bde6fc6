import type { ErrorCode } from '@savepoint/core'
import type { RoomHost } from '../rooms/room-host.ts'
import type { SnapshotEncoding } from '../snapshot/snapshot-job.ts'
import { type SnapshotFile, type Snapshots, snapshotTag } from '../snapshot/snapshots.ts'
import { ERROR } from './descriptions.ts'
import type { Door } from './door.ts'
import type { Entrance } from './entrance.ts'

/**
 * `GET /rooms/:room/snapshot`: the room's content as a SQLite file. A download that broke off goes on with Range and
 * If-Range; ranges are of the file as it is, so browsers ask for them uncompressed.
 */
export function snapshotDoor(rooms: RoomHost, snapshots: Snapshots, entrance: Entrance): Door {
  return {
    method: 'get',
    path: '/snapshot',
    operation: OPERATION,
    async answer(request, room) {
      await entrance.read(request, room)
      return await answerSnapshot(rooms, room, snapshots, request)
    },
  }
}

const SNAPSHOT_HEADERS = {
  etag: { description: '`"<epoch>.<version>"`', schema: { type: 'string' } },
  'savepoint-epoch': { schema: { type: 'string' } },
  'savepoint-version': { schema: { type: 'integer' } },
  'savepoint-digest': { description: 'Of the content: 16 hex digits.', schema: { type: 'string' } },
  'savepoint-size': { description: 'Bytes of the file, uncompressed.', schema: { type: 'integer' } },
}

const HEADER = (name: string, description: string) => ({ name, in: 'header', description, schema: { type: 'string' } })

const OPERATION = {
  operationId: 'getSnapshot',
  summary: 'The room’s content as a SQLite file',
  description:
    'Made beside the room, which goes on writing, and kept for a while: a poke leads from its version to the present. Compressed as `Accept-Encoding` allows. `ETag` is `"<epoch>.<version>"`.',
  parameters: [
    HEADER('range', '`bytes=<start>-`: the file from there on, not compressed.'),
    HEADER('if-range', 'The ETag of the file of which the rest is asked for; another file comes whole.'),
    HEADER('if-none-match', 'The ETag of a file that is at hand.'),
  ],
  responses: {
    200: { description: 'The whole file.', headers: SNAPSHOT_HEADERS, content: { 'application/vnd.sqlite3': {} } },
    206: { description: 'The rest of the file.', headers: SNAPSHOT_HEADERS, content: { 'application/vnd.sqlite3': {} } },
    304: { description: 'The file at hand is the one that would come.' },
    416: { description: 'The file ends before the range begins.' },
    default: ERROR,
  },
}

async function answerSnapshot(rooms: RoomHost, room: string, snapshots: Snapshots, request: Request): Promise<Response> {
  const range = /^bytes=(\d+)-$/.exec(request.headers.get('range') ?? '')
  const wanted = unquote(request.headers.get('if-range'))
  if (range !== null && wanted !== null) {
    const kept = await snapshots.kept(room, wanted)
    if (kept !== null) return answerRange(kept, Number(range[1]))
  }
  const file = await snapshots.current(rooms, room, range === null ? chooseEncoding(request.headers.get('accept-encoding')) : null)
  const tag = snapshotTag(file.position)
  if (unquote(request.headers.get('if-none-match')) === tag) return new Response(null, { status: 304, headers: headersOf(file) })
  if (range !== null && wanted === null) return answerRange(file, Number(range[1]))
  return new Response(file.read(0, file.size), { headers: { ...headersOf(file), 'content-length': String(file.size) } })
}

function answerRange(file: SnapshotFile, start: number): Response {
  const headers = headersOf(file)
  if (start >= file.size) {
    const message = `The snapshot has ${file.size} bytes, and was asked for from byte ${start} on. Nothing was sent; ask for it from the start.`
    return new Response(JSON.stringify({ code: 'bad-message' satisfies ErrorCode, message }), {
      status: 416,
      headers: { ...headers, 'content-type': 'application/json', 'content-range': `bytes */${file.size}` },
    })
  }
  return new Response(file.read(start, file.size), {
    status: 206,
    headers: { ...headers, 'content-range': `bytes ${start}-${file.size - 1}/${file.size}`, 'content-length': String(file.size - start) },
  })
}

function headersOf({ position, encoding, contentSize }: SnapshotFile): Record<string, string> {
  return {
    'content-type': 'application/vnd.sqlite3',
    etag: `"${snapshotTag(position)}"`,
    'savepoint-epoch': position.epoch,
    'savepoint-version': String(position.version),
    'savepoint-digest': position.digest,
    'savepoint-size': String(contentSize),
    'accept-ranges': 'bytes',
    // Nothing between server and client may answer in our place, nor compress what is.
    'cache-control': 'private, no-cache, no-transform',
    vary: 'accept-encoding',
    ...(encoding === null ? {} : { 'content-encoding': encoding }),
  }
}

/** Brotli if it is taken, else gzip, else neither. */
function chooseEncoding(accept: string | null): SnapshotEncoding | null {
  const taken = new Set<string>()
  for (const item of (accept ?? '').toLowerCase().split(',')) {
    const [name = '', ...parameters] = item.split(';').map((part) => part.trim())
    if (!parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter))) taken.add(name)
  }
  if (taken.has('br')) return 'br'
  return taken.has('gzip') ? 'gzip' : null
}

function unquote(tag: string | null): string | null {
  return /^"(.*)"$/.exec(tag ?? '')?.[1] ?? null
}
