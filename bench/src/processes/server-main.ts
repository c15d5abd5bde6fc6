import type { Mutators, Schema } from '@savepoint/core'
import { startServer } from '@savepoint/server/node'
import { type WebSocket, WebSocketServer } from 'ws'
import { app as batches } from '../apps/batches.ts'
import { countersMutators, countersSchema } from '../apps/counters.ts'
import { keyedCountersMutators, keyedCountersSchema } from '../apps/keyed-counters.ts'
import { rowsMutators, rowsSchema } from '../apps/rows.ts'
import { answer } from './answer.ts'
import type { ServeOptions, ServerAddresses } from './server-process.ts'
import { usage, usageAtRest } from './usage.ts'

const APPS: { readonly [app in ServeOptions['app']]: { readonly schema: Schema; readonly mutators: Mutators } } = {
  counters: { schema: countersSchema, mutators: countersMutators },
  'keyed-counters': { schema: keyedCountersSchema, mutators: keyedCountersMutators },
  rows: { schema: rowsSchema, mutators: rowsMutators },
  batches,
}

let stop = async (): Promise<void> => {}

answer('server', { serve, usage, usageAtRest }, () => stop())

async function serve({ directory, app, threads }: ServeOptions): Promise<ServerAddresses> {
  const onEvent = (event: { event: string; error?: unknown }) => {
    if (event.error !== undefined) process.stderr.write(`server: ${event.event}: ${String(event.error)}\n`)
  }
  // Pages are served from another port; and what is measured is the room, not what one identity or one address may do.
  const many = 2 ** 30
  const limits = { lengthPerSecond: many, lengthBurst: many, connectionsPerAddress: many, clientsPerRoom: many }
  const open = { origins: '*' as const, limits }
  const place = { directory, port: 0, hostname: '127.0.0.1', onEvent, ...open }
  const server = await startServer(
    threads === undefined ? { ...APPS[app], ...place } : { app: new URL(`../apps/${app}.ts`, import.meta.url), threads, ...place },
  )
  stop = () => server.close()
  return { url: `http://127.0.0.1:${server.port}`, echoUrl: await startEcho() }
}

async function startEcho(): Promise<string> {
  const echo = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false })
  echo.on('connection', (socket: WebSocket) => socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary })))
  await new Promise<void>((resolve) => echo.once('listening', () => resolve()))
  return `ws://127.0.0.1:${(echo.address() as { port: number }).port}`
}
