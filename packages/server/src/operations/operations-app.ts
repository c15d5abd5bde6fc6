import { SavepointError } from '@savepoint/core'
import { Hono } from 'hono'
import { ALL_ROOMS, type Authority, admitVisitor } from '../doors/authorize.ts'
import { FOREIGN_ORIGIN, mayOrigin, type Origins } from '../doors/check-origin.ts'
import { type AdminPageOptions, adminApp } from './admin-app.ts'
import type { Readiness } from './readiness.ts'

/** Figures as text, made when they are asked for. */
export interface MetricsText {
  readonly contentType: string
  text(): Promise<string>
}

interface OperationsOptions extends Authority, Omit<AdminPageOptions, 'admit' | 'showArguments'> {
  /** Undefined if there is to be none. */
  readonly page: { readonly showArguments?: boolean } | undefined
  readonly readiness: Readiness
  /** Origins whose pages may come, besides the server's own. */
  readonly origins: Origins | undefined
  /** Undefined if they are not to be had here. */
  readonly metrics: MetricsText | undefined
}

/** The doors for who runs the server. Where `authorize` calls nobody an admin, all but the readiness is closed to everyone. */
export function operationsApp({ readiness, authorize, metrics, origins, page, ...admin }: OperationsOptions): Hono {
  const app = new Hono()
  const admit = (request: Request) => admitVisitor({ authorize, now: admin.now }, request, ALL_ROOMS, 'admin')
  app.get('/readyz', async (c) => {
    const state = await readiness.state()
    return c.json(state, state.ready ? 200 : 503, { 'cache-control': 'no-store' })
  })
  const closeTo = (path: string) =>
    app.use(path, async (c, next) => (mayOrigin(c.req.raw, origins) ? await next() : c.json(FOREIGN_ORIGIN, 403)))
  if (metrics !== undefined) {
    closeTo('/metrics')
    app.get('/metrics', async (c) => {
      await admit(c.req.raw)
      return c.body(await metrics.text(), 200, { 'content-type': metrics.contentType, 'cache-control': 'no-store' })
    })
  }
  if (authorize !== undefined && page !== undefined) {
    const { showArguments = false } = page
    for (const path of ['/admin', '/admin/*']) closeTo(path)
    app.route('/', adminApp({ ...admin, readiness, showArguments, admit: (request) => isAdmitted(admit(request)) }))
  }
  return app
}

/** @throws what is no refusal: that it cannot be told now, say */
async function isAdmitted(admission: Promise<unknown>): Promise<boolean> {
  try {
    await admission
    return true
  } catch (error) {
    if (error instanceof SavepointError && (error.code === 'unauthorized' || error.code === 'expired')) return false
    throw error
  }
}
