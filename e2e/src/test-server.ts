import { mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ServerType, serve } from '@hono/node-server'
import { serveStatic } from '@hono/node-server/serve-static'
import { type RunningServer, type StartServerOptions, startServer } from '@savepoint/server/node'
import { mutators, schema } from '@savepoint-demo/mutators'
import { Hono } from 'hono'

type SyncOptions = Partial<Omit<StartServerOptions, 'directory' | 'port'>>

/**
 * The test pages on one port, and a Savepoint server on another, which tests stop and start while pages are open. That one
 * gives the demo's pages too, as the demo's own server does; those that need no server are under `/demo/` among the test pages.
 */
export class TestServer {
  /** Of the pages. */
  readonly url: string
  readonly #pages: ServerType
  readonly #directory = mkdtempSync(join(tmpdir(), 'savepoint-rooms-'))
  readonly #app: SyncOptions
  #port = 0
  #sync: RunningServer | undefined

  private constructor(pages: ServerType, app: SyncOptions) {
    this.#pages = pages
    this.#app = app
    this.url = `http://localhost:${(pages.address() as AddressInfo).port}`
  }

  /** @param app other than the demo */
  static async start(app: SyncOptions = {}): Promise<TestServer> {
    const { fetch } = pagesOf('..', 'pages', 'dist')
      .route('/demo', pagesOf('..', '..', 'apps', 'web', 'dist-static'))
      .get('/sign-out', (c) => c.html('<!doctype html><title>Signed out</title>', 200, { 'clear-site-data': '"storage"' }))
    const pages = await new Promise<ServerType>((resolve) => {
      const server = serve({ fetch, port: 0 }, () => resolve(server))
    })
    const server = new TestServer(pages, app)
    await server.startSync()
    return server
  }

  /** Of the Savepoint server: the same after each start. */
  get syncURL(): string {
    return `http://localhost:${this.#port}`
  }

  async startSync(options: SyncOptions = {}): Promise<void> {
    const demo = pagesOf('..', '..', 'apps', 'web', 'dist')
    const otherwise = (request: Request) => demo.fetch(request)
    this.#sync = await startServer({
      schema,
      mutators,
      otherwise,
      origins: [this.url],
      ...this.#app,
      ...options,
      directory: this.#directory,
      port: this.#port,
    })
    this.#port = this.#sync.port
  }

  /** Its rooms are kept. */
  async stopSync(): Promise<void> {
    await this.#sync?.close()
    this.#sync = undefined
  }

  async close(): Promise<void> {
    await this.stopSync()
    await new Promise<void>((resolve) => this.#pages.close(() => resolve()))
    rmSync(this.#directory, { recursive: true, force: true })
  }
}

function pagesOf(...path: readonly string[]): Hono {
  const app = new Hono()
  const root = join(import.meta.dirname, ...path)
  app.use('*', (c, next) => serveStatic({ root, rewriteRequestPath: (asked) => asked.replace(/^\/demo/, '') })(c, next))
  return app
}
