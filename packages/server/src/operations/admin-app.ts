import { SavepointError } from '@savepoint/core'
import { Hono } from 'hono'
import { secureHeaders } from 'hono/secure-headers'
import type { RoomHost } from '../rooms/room-host.ts'
import { isRoomName } from '../rooms/room-name.ts'
import { type Html, noticePage, page, signInPage } from './admin-page.ts'
import { ADMIN_SCRIPT } from './admin-script.ts'
import { ADMIN_STYLE } from './admin-style.ts'
import type { Readiness } from './readiness.ts'
import type { RecentErrors } from './recent-errors.ts'
import { roomPage } from './room-page.ts'
import { roomsPage } from './rooms-page.ts'

/** Mutations in a room's tail. */
const TAIL_MUTATIONS = 50

export interface AdminPageOptions {
  readonly rooms: RoomHost
  readonly hasRoom: (room: string) => boolean | Promise<boolean>
  readonly errors: RecentErrors
  readonly readiness: Readiness
  /** Whether arguments of mutations and messages of rejections are shown. */
  readonly showArguments: boolean
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Whether a request is an admin's. */
  readonly admit: (request: Request) => Promise<boolean>
}

/**
 * The server's own page. It only shows; nothing can be done with it. What it shows comes with the page's address alone, and its
 * script fetches that again and again; who has a token rather than a cookie is asked for it by a page that shows nothing.
 */
export function adminApp({ rooms, hasRoom, errors, readiness, showArguments, now, admit }: AdminPageOptions): Hono {
  const app = new Hono()
  const self = ["'self'"]
  const none = ["'none'"]
  const headers = secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: none,
      scriptSrc: self,
      styleSrc: self,
      connectSrc: self,
      imgSrc: ['data:'],
      formAction: self,
      baseUri: none,
      frameAncestors: none,
    },
    xFrameOptions: 'DENY',
    referrerPolicy: 'no-referrer',
    // It is the whole site's to say, and this is one page of it.
    strictTransportSecurity: false,
  })
  for (const path of ['/admin', '/admin/*']) {
    app.use(path, headers, async (c, next) => {
      await next()
      c.header('cache-control', 'no-store')
    })
  }
  const answer = (html: Html, status: 200 | 401 | 404 | 503 = 200) =>
    new Response(String(html), { status, headers: { 'content-type': 'text/html; charset=utf-8' } })

  app.get('/admin/style.css', (c) => c.body(ADMIN_STYLE, 200, { 'content-type': 'text/css; charset=utf-8' }))
  app.get('/admin/script.js', (c) => c.body(ADMIN_SCRIPT, 200, { 'content-type': 'text/javascript; charset=utf-8' }))
  app.get('/admin', async (c) => {
    if (!(await admit(c.req.raw))) return answer(signInPage(), 401)
    const ready = await readiness.state()
    const name = c.req.query('room')
    const head = (title: string) => ({ title, at: now(), ready })
    if (name === undefined) {
      const find = c.req.query('find') ?? ''
      return answer(page(head('Rooms'), roomsPage({ open: await rooms.overview(), find, errors: errors.list(), now: now() })))
    }
    // Who looks at a room that there is not does not make it.
    if (!isRoomName(name) || !(await hasRoom(name)))
      return answer(page(head('No such room'), noticePage('There is no room of this name.')), 404)
    try {
      const view = await rooms.inspect(name)
      const tail = view.isServing ? await rooms.history(name, TAIL_MUTATIONS) : null
      return answer(page(head(name), roomPage({ view, tail, showArguments, now: now() })))
    } catch (error) {
      if (!(error instanceof SavepointError)) throw error
      return answer(page(head(name), noticePage(error.message)), 503)
    }
  })
  return app
}
