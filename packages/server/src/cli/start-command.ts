import { PORT_DEFAULT, type RunningServer, type StartServerOptions, startServer } from '../node.ts'
import type { ServerEvent } from '../room/server-event.ts'
import type { ServerConfig } from './config.ts'
import { loadApp } from './load-app.ts'

/** By convention, what a process that a signal ended exits with. */
const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const

/** Serves until a signal, and then drains. Returns the exit code: 1 if not all was drained in time. */
export async function startCommand({ app, shutdownMs, ...config }: ServerConfig): Promise<number> {
  const module = await loadApp(app)
  const server = await listen({ ...module, ...config, onEvent: tellTrouble })
  if (module.authorize === undefined) console.log('The app exports no "authorize": everyone may read, push and create')
  console.log(`Savepoint listens on ${server.url}; its rooms are in ${config.directory}`)
  const signal = await new Promise<string>((resolve) => {
    for (const [name, code] of Object.entries(SIGNALS))
      process.once(name, () => {
        resolve(name)
        process.on(name, () => process.exit(code))
      })
  })
  console.log(`${signal}: no more is taken in; what was pushed is answered, then clients are told to connect again`)
  const isDrained = await Promise.race([server.close().then(() => true), passed(shutdownMs)])
  if (isDrained) console.log('Closed')
  else console.error(`Not all was drained within ${shutdownMs} ms. What was acknowledged is kept, and the rest clients push again`)
  // Something of the app's may still keep the process alive, or hang in it.
  process.exit(isDrained ? 0 : 1)
}

async function listen(options: StartServerOptions): Promise<RunningServer> {
  try {
    return await startServer(options)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const where = `Port ${options.port ?? PORT_DEFAULT}${options.hostname === undefined ? '' : ` on ${options.hostname}`}`
    if (code === 'EADDRINUSE')
      throw new Error(`${where} is in use. Nothing was opened; stop what listens there, or set another "port"`, { cause: error })
    if (code === 'EACCES' || code === 'EADDRNOTAVAIL')
      throw new Error(`${where} cannot be listened on (${code}). Nothing was opened; set another "port" or "hostname"`, { cause: error })
    throw error
  }
}

function passed(ms: number): Promise<false> {
  return new Promise((resolve) => void setTimeout(() => resolve(false), ms))
}

/** What goes well is quiet. */
function tellTrouble(event: ServerEvent): void {
  if ('error' in event) console.error(`${event.event}${'room' in event ? ` in room ${event.room}` : ''}:`, event.error)
  else if (event.event === 'client-cut')
    console.error(`client-cut in room ${event.room}: it read too slowly, with ${event.bufferedBytes} bytes waiting`)
}
