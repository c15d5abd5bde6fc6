import { ERROR_CODES, type ErrorCode } from '@savepoint/core'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { cors } from 'hono/cors'
import type { ServerEvent } from '../room/server-event.ts'
import { checkRoomName } from '../rooms/room-name.ts'
import { FOREIGN_ORIGIN, mayOrigin, type Origins } from './check-origin.ts'
import type { Door } from './door.ts'
import { openApi } from './openapi.ts'
import { refusalOf } from './refusal-of.ts'

interface AppOptions {
  readonly doors: readonly Door[]
  /** The doors for who runs the server. */
  readonly operations: Hono
  readonly health: () => object
  /** Origins whose pages may come, besides the server's own. */
  readonly origins: Origins | undefined
  /** Who asks, where that is known: the second is what the app's `fetch` was given besides the request. */
  readonly addressOf: (request: Request, environment: unknown) => string | undefined
  /** Answers what is for none of the doors. */
  readonly otherwise: ((request: Request) => Response | Promise<Response>) | undefined
  readonly onEvent: (event: ServerEvent) => void
}

const STATUS_OF: { readonly [code in ErrorCode]?: 400 | 401 | 403 | 404 | 409 | 410 | 413 | 503 } = {
  unauthorized: 401,
  expired: 401,
  'read-only': 403,
  'no-room': 404,
  'bad-room': 400,
  'bad-message': 400,
  'frame-too-large': 413,
  'schema-mismatch': 409,
  'client-forked': 409,
  'mutation-gap': 409,
  'no-line': 410,
}

const ALLOWED_HEADERS = [
  'authorization',
  'content-type',
  'range',
  'if-range',
  'if-none-match',
  'last-event-id',
  'savepoint-line',
  'savepoint-post',
]

const EXPOSED_HEADERS = [
  'etag',
  'savepoint-epoch',
  'savepoint-version',
  'savepoint-digest',
  'savepoint-size',
  'content-range',
  'accept-ranges',
  'retry-after',
]

/** How long a browser need not ask again whether a page may send such a request, in seconds: as long as any of them keeps it. */
const PREFLIGHT_S = 7200

/** The doors that answer requests. Errors are JSON: `{ code, message }`. */
export function createApp({ doors, operations, health, origins, addressOf, otherwise, onEvent }: AppOptions): Hono {
  const app = new Hono()
  const allowed = cors({
    origin: origins === '*' ? '*' : [...(origins ?? [])],
    allowMethods: ['GET', 'HEAD', 'PUT', 'POST'],
    allowHeaders: ALLOWED_HEADERS,
    exposeHeaders: EXPOSED_HEADERS,
    maxAge: PREFLIGHT_S,
  })
  app.use('/rooms/*', async (c, next) => (mayOrigin(c.req.raw, origins) ? await next() : c.json(FOREIGN_ORIGIN, 403)))
  app.use('/rooms/*', allowed)
  app.use('/rooms/*', async (c, next) => {
    await next()
    // Who asks for the head alone reads no body: what would give it is let go.
    if (c.req.raw.method === 'HEAD') await c.res.body?.cancel()
  })
  for (const { method, path, bodyBytesMax, answer } of doors) {
    const at = `/rooms/:room${path}`
    if (bodyBytesMax !== undefined)
      app.on(method.toUpperCase(), at, bodyLimit({ maxSize: bodyBytesMax, onError: () => tooLarge(bodyBytesMax) }))
    app.on(method.toUpperCase(), at, (c) => answer(c.req.raw, checkRoomName(c.req.param('room') ?? ''), addressOf(c.req.raw, c.env)))
  }
  for (const path of new Set(doors.map((door) => door.path))) {
    const methods = doors.filter((door) => door.path === path).map(({ method }) => (method === 'get' ? 'GET, HEAD' : method.toUpperCase()))
    const allow = [...methods, 'OPTIONS'].join(', ')
    const message = `This door takes ${allow}. Nothing was done.`
    app.all(`/rooms/:room${path}`, (c) => c.json({ code: 'not-allowed', message }, 405, { allow }))
  }
  app.get('/healthz', (c) => c.json({ ok: true, ...health() }))
  app.route('/', operations)
  app.get('/openapi.json', allowed, (c) => c.json(openApi(doors)))
  app.notFound((c) => otherwise?.(c.req.raw) ?? c.json({ code: 'not-found', message: 'There is no such door.' }, 404))
  app.onError((error, c) => {
    if (isGone(error)) return c.body(null, 400)
    const { code, message, retryAfterMs } = refusalOf(error, onEvent)
    const status = STATUS_OF[code] ?? (ERROR_CODES[code] === 'retry' ? 503 : 400)
    if (retryAfterMs !== undefined) c.header('retry-after', String(Math.ceil(retryAfterMs / 1000)))
    return c.json({ code, message }, status)
  })
  return app
}

/** Whoever asked has left, as Node tells it: nobody reads what is answered, and nothing has failed. */
function isGone(error: Error): boolean {
  return error.message === 'aborted' && (error as { readonly code?: unknown }).code === 'ECONNRESET'
}

function tooLarge(bytesMax: number): Response {
  const message = `The request's body has more than ${bytesMax} bytes, the limit. Nothing of it was taken; send it in smaller parts.`
  return Response.json({ code: 'frame-too-large' satisfies ErrorCode, message }, { status: 413 })
}
