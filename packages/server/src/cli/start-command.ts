import { PORT_DEFAULT, type RunningServer, type StartThreadedServerOptions, startServer } from '../node.ts'
import { logEvents } from '../operations/log-events.ts'
import type { ServerEvent } from '../room/server-event.ts'
import type { ServerConfig } from './config.ts'
import { endProcess } from './end-process.ts'
import { loadApp } from './load-app.ts'

/** By convention, what a process that a signal ended exits with. */
const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const

/** Serves until a signal, drains, and ends the process: with 1 if not all was drained in time. */
export async function startCommand({ shutdownMs, log = 'warn', ...config }: ServerConfig): Promise<never> {
  // The app itself is for the threads to import; what it exports is checked here, where it can be told at once.
  const { authorize } = await loadApp(config.app)
  const write = logEvents({ log })
  let isOver = false
  const onEvent = (event: ServerEvent) => (isOver ? undefined : write(event))
  // Threads that are ended with the process are no trouble.
  const end = (code: number) => {
    isOver = true
    return endProcess(code)
  }
  const server = await listen({ metrics: {}, admin: {}, ...config, ...(authorize && { authorize }), onEvent })
  if (authorize === undefined) console.log('The app exports no "authorize": everyone may read, push and create')
  console.log(`Savepoint listens on ${server.url}; its rooms are in ${config.directory}`)
  let isTold = false
  const signal = await new Promise<string>((resolve) => {
    for (const [name, code] of Object.entries(SIGNALS))
      process.on(name, () => {
        if (isTold) void end(code)
        isTold = true
        resolve(name)
      })
  })
  console.log(`${signal}: no more is taken in; what was pushed is answered, then clients are told to connect again`)
  const isDrained = await Promise.race([server.close().then(() => true), passed(shutdownMs)])
  if (isDrained) console.log('Closed')
  else console.error(`Not all was drained within ${shutdownMs} ms. What was acknowledged is kept, and the rest clients push again`)
  return await end(isDrained ? 0 : 1)
}

async function listen(options: StartThreadedServerOptions): Promise<RunningServer> {
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
