import { fileURLToPath } from 'node:url'
import { serveStatic } from '@hono/node-server/serve-static'
import { type RunningServer, startServer } from '@savepoint/server/node'
import { Hono } from 'hono'
import { compress } from 'hono/compress'

const { PORT = '8787', HOST = '127.0.0.1', DATA = './data' } = process.env

/** Where the pages are built to. */
const PAGES = fileURLToPath(new URL('../../web/dist', import.meta.url))

/** What the threads of rooms run. */
const APP = new URL('./app.ts', import.meta.url)

async function start(): Promise<RunningServer> {
  const port = Number(PORT)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`PORT is to be a number from 0 to 65535, not '${PORT}'.`)
  try {
    return await startServer({ app: APP, directory: DATA, port, hostname: HOST, otherwise: pages() })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    throw new Error(`Port ${port} on ${HOST} is in use. Stop what listens there, or choose another: PORT=${port + 1} npm start`)
  }
}

/** The built pages. What has its content's hash in its name never changes. */
function pages(): (request: Request) => Response | Promise<Response> {
  const app = new Hono()
  app.use('/assets/*', async (c, next) => {
    await next()
    if (c.res.ok) c.header('cache-control', 'public, max-age=31536000, immutable')
  })
  app.use('*', compress())
  app.use('*', serveStatic({ root: PAGES }))
  return (request) => app.fetch(request)
}

async function main(): Promise<void> {
  const server = await start()
  const url = `http://${HOST.includes(':') ? `[${HOST}]` : HOST}:${server.port}`
  console.log(`Savepoint's demo is at ${url}; its rooms are files in ${DATA}. Ctrl+C stops it.`)
  await new Promise<void>((resolve) => {
    // A second signal ends the process at once, as it would without us.
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })
  await server.close()
  console.log('Closed.')
}

try {
  await main()
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
}
