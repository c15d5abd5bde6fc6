import { ERROR_CODES, type ErrorCode } from '@savepoint/core'
import { Hono } from 'hono'
import { cors } from 'hono/cors'
import type { ServerEvent } from '../room/server-event.ts'
import type { RoomHost } from '../rooms/room-host.ts'
import type { Snapshots } from '../snapshot/snapshots.ts'
import { answerChanges } from './changes-door.ts'
import { FOREIGN_ORIGIN, mayOrigin, type Origins } from './check-origin.ts'
import type { Entrance } from './entrance.ts'
import { refusalOf } from './open-socket.ts'
import { answerSnapshot } from './snapshot-door.ts'

interface AppOptions {
  readonly rooms: RoomHost
  readonly snapshots: Snapshots
  readonly entrance: Entrance
  /** Origins whose pages may come, besides the server's own. */
  readonly origins: Origins | undefined
  /** Answers what is for none of the doors. */
  readonly otherwise: ((request: Request) => Response | Promise<Response>) | undefined
  readonly onEvent: (event: ServerEvent) => void
}

const STATUS_OF: { readonly [code in ErrorCode]?: 400 | 401 | 403 | 404 | 409 | 413 | 503 } = {
  unauthorized: 401,
  expired: 401,
  'read-only': 403,
  'no-room': 404,
  'bad-room': 400,
  'bad-message': 400,
  'frame-too-large': 413,
  'schema-mismatch': 409,
}

const EXPOSED_HEADERS = [
  'etag',
  'savepoint-epoch',
  'savepoint-version',
  'savepoint-digest',
  'savepoint-size',
  'content-range',
  'accept-ranges',
]

/** The doors that answer requests. Errors are JSON: `{ code, message }`. */
export function createApp({ rooms, snapshots, entrance, origins, otherwise, onEvent }: AppOptions): Hono {
  const app = new Hono()
  app.use('/rooms/*', async (c, next) => (mayOrigin(c.req.raw, origins) ? await next() : c.json(FOREIGN_ORIGIN, 403)))
  app.use(
    '/rooms/*',
    cors({
      origin: origins === '*' ? '*' : [...(origins ?? [])],
      allowHeaders: ['authorization', 'content-type', 'range', 'if-range', 'if-none-match'],
      exposeHeaders: EXPOSED_HEADERS,
    }),
  )
  app.get('/healthz', (c) => c.json({ ok: true, rooms: rooms.openCount }))
  app.get('/rooms/:room/snapshot', async (c) => {
    const name = c.req.param('room')
    await entrance.read(c.req.raw, name)
    return await answerSnapshot(rooms, name, snapshots, c.req.raw)
  })
  app.get('/rooms/:room/changes', async (c) => {
    const name = c.req.param('room')
    await entrance.read(c.req.raw, name)
    return await answerChanges(rooms, name, c.req.raw)
  })
  app.notFound((c) => otherwise?.(c.req.raw) ?? c.json({ code: 'not-found', message: 'There is no such door.' }, 404))
  app.onError((error, c) => {
    const { code, message, retryAfterMs } = refusalOf(error, onEvent)
    const status = STATUS_OF[code] ?? (ERROR_CODES[code] === 'retry' ? 503 : 400)
    if (retryAfterMs !== undefined) c.header('retry-after', String(Math.ceil(retryAfterMs / 1000)))
    return c.json({ code, message }, status)
  })
  return app
}
